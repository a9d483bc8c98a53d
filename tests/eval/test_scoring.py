import json

import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU

from chartwell.errors import InvalidDataset
from chartwell.eval.scoring import read_predictions, score_files


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
    told = score_files(*files(answers, references)).to_dict()["metrics"]
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    best = [
        max(scorer.score(reference, answer)["rougeL"].fmeasure for reference in known)
        for answer, known in zip(answers, references, strict=True)
    ]
    assert told["rougeL"]["mean"] == pytest.approx(sum(best) / 2, abs=1e-6)
    streams = [[known[0] for known in references], [None, "It is poor."]]
    theirs = BLEU()
    assert told["bleu"]["mean"] == pytest.approx(theirs.corpus_score(answers, streams).score / 100, abs=1e-6)
    assert told["bleu"]["signature"] == str(theirs.get_signature())
    assert told["bleu"]["level"] == "corpus"


def test_identical_chinese_scores_one(files):
    text = "公司2023年净利润为4.1亿元，比上年增长12%。"
    scores = score_files(*files([text], [[text]]))
    assert scores.language == "zh"
    for name in ("exact_match", "token_f1", "token_f1_tokens", "rougeL_tokens", "bleu", "chrf", "number_f1", "anls"):
        assert scores.metrics[name].figure == pytest.approx(1.0), name
    assert "tok:zh" in scores.metrics["bleu"].signature


@pytest.mark.parametrize("language", ["zh", "zh-CN", "ZH_TW"])
def test_the_language_can_be_said(files, language):
    scores = score_files(*files(["net profit"], [["net profit"]]), language=language)
    assert scores.language == "zh"
    assert "cmrc" in scores.metrics["exact_match"].signature


def test_abstentions_and_missing_values_are_counted_apart(files, tmp_path):
    answers, references = ["", "It rose by 12%.", "poor"], [["It rose by 3%."], ["It rose by 12%."], ["poor"]]
    scores = score_files(*files(answers, references))
    told = scores.to_dict()
    assert told["items"] == 3
    assert told["abstained"] == 1
    assert told["metrics"]["exact_match"]["mean"] == pytest.approx(2 / 3, abs=1e-6)
    assert told["metrics"]["exact_match"]["mean_answered"] == 1
    assert told["metrics"]["number_precision"] == {
        "mean": 1.0,
        "n": 1,
        "missing": 2,
        "missing_reasons": {"the answer has no numbers": 2},
        "mean_answered": 1.0,
        "level": "item",
        "signature": scores.metrics["number_precision"].signature,
    }
    alone = score_files(*files(answers[1:], references[1:])).to_dict()["metrics"]["bleu"]
    assert told["metrics"]["bleu"]["mean_answered"] == alone["mean"] == alone["mean_answered"]
    scores.write_items(tmp_path / "items.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["0", "1", "2"]
    assert lines[0]["scores"]["number_precision"] is None
    assert lines[0]["reasons"]["number_precision"] == "the answer has no numbers"
    assert lines[1]["scores"]["number_precision"] == 1


def test_what_cannot_be_answered_has_no_value(tmp_path):
    predictions = write(tmp_path / "p.jsonl", [{"id": 1, "answer": "x"}, {"id": 2, "answer": "", "model": "m"}])
    references = write(tmp_path / "r.jsonl", [{"id": 1, "answers": ["x"]}, {"id": 2, "answerable": False}])
    told = score_files(predictions, references).to_dict()["metrics"]["exact_match"]
    assert (told["mean"], told["n"], told["missing"]) == (1, 1, 1)
    assert told["missing_reasons"] == {"there is no reference answer": 1}


def test_predictions_may_be_one_object(tmp_path):
    path = tmp_path / "p.json"
    path.write_text('{"a": "x",\n "b": ""}')
    assert read_predictions(path) == {"a": "x", "b": ""}


@pytest.mark.parametrize(
    ("predictions", "references", "message"),
    [
        ('{"id": "1"}', '{"id": "1", "answers": ["x"]}', "p.jsonl, line 1"),
        ('{"answer": "x"}', '{"id": "1", "answers": ["x"]}', 'p.jsonl, line 1 wants an object with an "id"'),
        ('{"id": "1", "answer": "x"}', '{"id": "1", "answers": []}', "r.jsonl, line 1"),
        ('{"id": "1", "answer": "x"}', '\n{"id": "1", "answers": [" "]}', "r.jsonl, line 2 has an empty reference"),
        ('{"id": "1", "answer": "x"}', '{"id": "1", "answers": ["x"], "answerable": false}', "contradicts itself"),
        ('{"id": "1", "answer": "x"}\n{"id": "1", "answer": "y"}', '{"id": "1", "answers": ["x"]}', "repeats"),
        ('{"id": "2", "answer": "x"}', '{"id": "1", "answers": ["x"]}', "lacks 1 ids"),
        ('{"2": 3}', '{"id": "1", "answers": ["x"]}', "the answer of '2' is no string"),
        ("not json", '{"id": "1", "answers": ["x"]}', "p.jsonl, line 1 is no JSON"),
        ('{"id": "1", "answer": "\\ud800"}', '{"id": "1", "answers": ["x"]}', "half a character"),
        ("", "", "no items"),
    ],
)
def test_wrong_input_is_refused_with_its_place(tmp_path, predictions, references, message):
    (tmp_path / "p.jsonl").write_text(predictions)
    (tmp_path / "r.jsonl").write_text(references)
    with pytest.raises(InvalidDataset, match=message):
        score_files(tmp_path / "p.jsonl", tmp_path / "r.jsonl")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InvalidDataset, match=r"none\.jsonl cannot be read"):
        score_files(tmp_path / "none.jsonl", tmp_path / "none.jsonl")


@pytest.mark.parametrize("text", ['{"a": "x", "b": "y", "a": "z"}', '{\n  "a": "x",\n  "a": "z"\n}\n'])
def test_an_id_that_comes_twice_in_one_object_is_refused(tmp_path, text):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(InvalidDataset, match=r"p\.json has the key 'a' more than once"):
        read_predictions(tmp_path / "p.json")


def test_a_key_that_comes_twice_in_a_line_is_refused_with_the_line(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "1", "answer": "x"}\n{"id": "2", "answer": "y", "id": "3"}\n')
    with pytest.raises(InvalidDataset, match="line 2 has the key 'id' more than once"):
        read_predictions(tmp_path / "p.jsonl")
