import json
import re

import pytest
from typer.testing import CliRunner

from chartwell.app.cli import app
from chartwell.errors import ChartwellError, MissingDependency, SettingsError


def invoke(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def write(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    predictions = write(tmp_path / "p.jsonl", {"id": 1, "answer": "It was 12%."}, {"id": 2, "answer": ""})
    references = write(tmp_path / "r.jsonl", {"id": 1, "answers": ["It was 12%."]}, {"id": 2, "answers": ["poor"]})
    return "--predictions", predictions, "--references", references


def test_score_as_json_has_its_fixed_form_and_writes_items(files, tmp_path):
    done = invoke("eval", "score", *files, "--per-item", tmp_path / "items.jsonl", "--json")
    assert done.exit_code == 0, done.output
    metrics = json.loads(done.stdout)["metrics"]
    assert metrics["rougeL"]["mean"] == 0.5
    assert {"mean", "signature"} <= set(metrics["bleu"])
    assert len((tmp_path / "items.jsonl").read_text("utf-8").splitlines()) == 2


def test_score_takes_names_of_metrics_and_prints_a_table(files):
    done = invoke("eval", "score", *files, "--metrics", "anls,number_f1", "--language", "en")
    assert done.exit_code == 0
    assert "2 items in en, 1 without an answer" in done.stdout
    assert re.search(r"number_f1 +1\.0000 +1\.0000 +1 +1 ", done.stdout)
    assert "bleu" not in done.stdout


def test_score_reads_references_of_a_public_set(tmp_path):
    data = {"id": "a", "question": "?", "answers": [{"text": "this"}]}
    (tmp_path / "dev.json").write_text(
        json.dumps({"data": [{"title": "T", "paragraphs": [{"context": "c", "qas": [data]}]}]})
    )
    (tmp_path / "p.json").write_text('{"a": "this"}')
    options = "--predictions", tmp_path / "p.json", "--references", tmp_path / "dev.json", "--form", "squad"
    done = invoke("eval", "score", *options, "--metrics", "exact_match", "--json")
    assert json.loads(done.stdout)["metrics"]["exact_match"]["mean"] == 1


def test_an_unknown_metric_is_refused(files):
    done = invoke("eval", "score", *files, "--metrics", "rouge9")
    assert isinstance(done.exception, SettingsError)


def test_import_writes_questions_and_documents(tmp_path):
    (tmp_path / "notes.md").write_text("## What?\n\nThis.\n\n## Why?\n\nThat.\n", "utf-8")
    out = tmp_path / "notes.jsonl"
    done = invoke("eval", "import", "markdown", tmp_path / "notes.md", "-o", out, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["questions"], told["documents"]) == (2, 2)
    assert len(out.read_text("utf-8").splitlines()) == 2
    assert len(list((tmp_path / "notes-documents").rglob("*.md"))) == 2
    again = invoke("eval", "import", "markdown", tmp_path / "notes.md", "-o", out)
    assert "is not empty" in str(again.exception)


def test_make_drafts_a_set_that_can_be_read(tmp_path, corpus):
    from chartwell import Chartwell
    from chartwell.eval.datasets.own import read_items

    with Chartwell.open(tmp_path / "kb") as client:
        client.index([corpus / "notes.md"])
    out = tmp_path / "draft.jsonl"
    done = invoke("eval", "make", "-c", tmp_path / "kb", "-o", out, "-n", "5")
    assert done.exit_code == 0, done.output
    assert "Timetable" in {item.question for item in read_items(out)}
    assert "to be corrected" in done.stdout
    out.write_text("corrected by hand")
    again = invoke("eval", "make", "-c", tmp_path / "kb", "-o", out)
    assert "exists, and may hold what a person has corrected" in str(again.exception)
    assert out.read_text() == "corrected by hand"


def test_make_tells_that_there_is_nothing_to_ask(tmp_path):
    from chartwell import Chartwell

    Chartwell.open(tmp_path / "kb").close()
    done = invoke("eval", "make", "-c", tmp_path / "kb", "-o", tmp_path / "draft.jsonl")
    assert isinstance(done.exception, ChartwellError)
    assert "no titles or headings" in str(done.exception)
    assert not (tmp_path / "draft.jsonl").exists()


def test_a_missing_package_is_named(monkeypatch):
    from chartwell.eval.metrics import packages

    monkeypatch.setattr(packages, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match="rapidfuzz"):
        packages.require("rapidfuzz")
