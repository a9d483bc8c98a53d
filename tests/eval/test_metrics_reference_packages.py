"""Each metric against the package that the field quotes, 1,000 random cases, English and Chinese, to 1e-6."""

import nltk.translate.meteor_score
import pytest
import rouge_score.rouge_scorer
import sacrebleu.metrics
import torchmetrics.functional.text

from chartwell.eval.metrics.anls import Anls
from chartwell.eval.metrics.exact_match import ExactMatch
from chartwell.eval.metrics.meteor import Meteor, NoSynonyms, meteor_tokens
from chartwell.eval.metrics.rouge import Rouge
from chartwell.eval.metrics.sacrebleu_metrics import Bleu, ChrF
from chartwell.eval.metrics.token_f1 import TokenF1
from chartwell.indexing.tokens import tokenize

from .random_texts import random_pairs

PAIRS = {language: random_pairs(500, language=language, seed=3) for language in ("en", "zh")}
ALL = PAIRS["en"] + PAIRS["zh"]


def ours(metric, pairs):
    values = metric.score([answer for answer, _ in pairs], [[reference] for _, reference in pairs])
    return [one.value for one in values]


def agree(metric, pairs, theirs):
    for own, value, pair in zip(ours(metric, pairs), theirs, pairs, strict=True):
        assert own == pytest.approx(value, abs=1e-6), pair


class Ours:
    def tokenize(self, text):
        return tokenize(text)


@pytest.mark.parametrize("kind", ["rouge1", "rouge2", "rougeL"])
@pytest.mark.parametrize("stock", [True, False])
def test_rouge(kind, stock):
    options = {"use_stemmer": True} if stock else {"tokenizer": Ours()}
    scorer = rouge_score.rouge_scorer.RougeScorer([kind], **options)
    agree(Rouge(kind, stock=stock), ALL, [scorer.score(reference, answer)[kind].fmeasure for answer, reference in ALL])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bleu(language):
    pairs = PAIRS[language]
    tokenizer = {"en": "13a", "zh": "zh"}[language]
    theirs = sacrebleu.metrics.BLEU(tokenize=tokenizer, effective_order=True)
    agree(Bleu(language), pairs, [theirs.sentence_score(answer, [known]).score / 100 for answer, known in pairs])
    corpus = sacrebleu.metrics.BLEU(tokenize=tokenizer)
    answers, known = zip(*pairs, strict=True)
    own = Bleu(language).corpus_score(answers, [[one] for one in known])
    assert own == pytest.approx(corpus.corpus_score(list(answers), [list(known)]).score / 100, abs=1e-6)
    assert f"nrefs:1|{Bleu(language).signature}" == str(corpus.get_signature())


def test_chrf():
    theirs = sacrebleu.metrics.CHRF()
    agree(ChrF(), ALL, [theirs.sentence_score(answer, [known]).score / 100 for answer, known in ALL])
    answers, known = zip(*ALL, strict=True)
    own = ChrF().corpus_score(answers, [[one] for one in known])
    assert own == pytest.approx(theirs.corpus_score(list(answers), [list(known)]).score / 100, abs=1e-6)


def test_meteor():
    def theirs(answer, known):
        tokens = meteor_tokens(known), meteor_tokens(answer)
        return nltk.translate.meteor_score.single_meteor_score(*tokens, wordnet=NoSynonyms())

    agree(Meteor(), ALL, [theirs(*pair) for pair in ALL])


def squad(answer, known):
    told = torchmetrics.functional.text.squad(
        {"prediction_text": answer, "id": "0"},
        {"answers": {"answer_start": [0], "text": [known]}, "id": "0"},
    )
    return float(told["exact_match"]) / 100, float(told["f1"]) / 100


def test_exact_match_and_f1_are_those_of_squad():
    theirs = [squad(*pair) for pair in ALL]
    agree(ExactMatch(), ALL, [exact for exact, _ in theirs])
    f1 = ours(TokenF1(), ALL)
    for pair, exact, own, (_, value) in zip(ALL, ours(ExactMatch(), ALL), f1, theirs, strict=True):
        # SQuAD 1.1's script, which torchmetrics follows, gives two empty texts 0; that of 2.0 gives them 1, as we do.
        assert own == pytest.approx(value, abs=1e-6) or (exact == own == 1 and value == 0), pair


def levenshtein(first, second):
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        last, row[0] = row[0], i
        for j, other in enumerate(second, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (one != other))
    return row[-1]


def test_anls_is_its_definition():
    pairs = [(answer[:40], known[:40]) for answer, known in ALL]

    def theirs(answer, known):
        answer, known = (" ".join(text.lower().split()) for text in (answer, known))
        longest = max(len(answer), len(known))
        distance = levenshtein(answer, known) / longest if longest else 0
        return 1 - distance if distance < 0.5 else 0

    agree(Anls(), pairs, [theirs(*pair) for pair in pairs])


def cmrc_tokens(text):
    """CMRC 2018's way, written down once more: punctuation goes, characters of Chinese, other runs whole."""
    import string
    import unicodedata

    tokens, run = [], ""
    for character in text.lower():
        if character in string.punctuation or unicodedata.category(character)[0] == "P":
            continue
        chinese = "\u4e00" <= character <= "\u9fff"
        if chinese or character.isspace():
            tokens += [run] if run else []
            tokens += [character] if chinese else []
            run = ""
        else:
            run += character
    return [*tokens, run] if run else tokens


def test_chinese_f1_counts_characters():
    def theirs(answer, known):
        own, other = cmrc_tokens(answer), cmrc_tokens(known)
        if not own or not other:
            return float(own == other)
        left = list(other)
        common = sum(token in left and not left.remove(token) for token in own)
        return 2 * common / (len(own) + len(other))

    agree(TokenF1("zh"), ALL, [theirs(*pair) for pair in ALL])
