import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "chartwell.app.cli", "demo", "--folder", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return json.loads(done.stdout)


def test_the_whole_corpus_is_indexed(result):
    assert result["report"]["failed"] == []
    assert len(result["report"]["added"]) == 8
    assert result["report"]["figures"]["indexed"] >= 12


def test_the_five_questions_are_answered_from_the_right_place(result):
    from chartwell.app.demo.questions import QUESTIONS

    for asked, expected in zip(result["questions"], QUESTIONS, strict=True):
        assert asked["passed"], asked["answer"]["text"]
        answer = asked["answer"]
        if expected.fact is None:
            assert answer["abstained"]
            continue
        assert expected.fact in answer["text"]
        deciding = next(item for item in answer["evidence"] if expected.fact in item["text"])
        assert Path(deciding["source"]).name == expected.source
        assert deciding["page"] == expected.page
        assert deciding["kind"] == expected.kind
        assert answer["claims"][0]["verdict"] == "supported"


def test_pictures_of_the_evidence_are_written(result):
    answered = [asked for asked in result["questions"] if not asked["answer"]["abstained"]]
    assert all(asked["crops"] for asked in answered)
    assert all(Path(path).is_file() for asked in answered for path in asked["crops"].values())
