import json

import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from chartwell.errors import SettingsError
from chartwell.eval.scoring import score_files


def write(path, rows):
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    def make(answers, references):
        predictions = [{"id": str(number), "answer": answer} for number, answer in enumerate(answers)]
        known = [{"id": str(number), "answers": answers} for number, answers in enumerate(references)]
        return write(tmp_path / "p.jsonl", predictions), write(tmp_path / "r.jsonl", known)

    return make


def test_scores_agree_with_the_reference_packages(files):
    answers = ["Sales rose by 12% in 2021.", "Most adults say the economy is poor."]
    references = [["Sales grew by 12% in 2021."], ["A majority of adults say the economy is poor.", "It is poor."]]
    scores = score_files(*files(answers, references)).metrics
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    best = [
        max(scorer.score(reference, answer)["rougeL"].fmeasure for reference in known)
        for answer, known in zip(answers, references, strict=True)
    ]
    assert scores["rougeL"].mean == pytest.approx(sum(best) / 2)
    streams = [[known[0] for known in references], [None, "It is poor."]]
    assert scores["bleu"].mean == pytest.approx(BLEU().corpus_score(answers, streams).score / 100)
    assert "tok:13a" in scores["bleu"].details["signature"]


def test_identical_chinese_scores_one(files):
    text = "公司2023年净利润为4.1亿元，比上年增长12%。"
    scores = score_files(*files([text], [[text]])).metrics
    for name in ("exact_match", "token_f1", "rougeL_tokens", "bleu"):
        assert scores[name].mean == pytest.approx(1.0), name
    assert "tok:zh" in scores["bleu"].details["signature"]


def test_a_changed_sign_is_no_exact_match(files):
    assert score_files(*files(["It was 3.2%."], [["It was -3.2%."]])).metrics["exact_match"].mean == 0


def test_an_abstention_scores_zero(files):
    scores = score_files(*files([""], [["Sales rose."]])).metrics
    assert all(score.mean == 0 for score in scores.values())


@pytest.mark.parametrize(
    ("predictions", "references", "message"),
    [
        ('{"id": "1"}', '{"id": "1", "answers": ["x"]}', "p.jsonl, line 1"),
        ('{"id": "1", "answer": "x"}', '{"id": "1", "answers": []}', "r.jsonl, line 1"),
        ('{"id": "1", "answer": "x"}\n{"id": "1", "answer": "y"}', '{"id": "1", "answers": ["x"]}', "repeats"),
        ('{"id": "2", "answer": "x"}', '{"id": "1", "answers": ["x"]}', "lacks 1 ids"),
        ("not json", '{"id": "1", "answers": ["x"]}', "no JSON"),
        ("", "", "no items"),
    ],
)
def test_wrong_input_is_refused_with_its_place(tmp_path, predictions, references, message):
    (tmp_path / "p.jsonl").write_text(predictions)
    (tmp_path / "r.jsonl").write_text(references)
    with pytest.raises(SettingsError, match=message):
        score_files(tmp_path / "p.jsonl", tmp_path / "r.jsonl")
