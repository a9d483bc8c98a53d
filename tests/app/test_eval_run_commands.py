"""`chartwell eval run | report | compare` as a user has them."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest

from . import command_line

QUESTIONS = [
    {
        "id": "ships",
        "question": "How many ships did the harbour handle in 2021?",
        "answers": ["The harbour handled 412 ships in 2021."],
        "relevant": [{"source": "harbour.pdf", "page": 1, "node": "text"}],
    },
    {
        "id": "bicycle",
        "question": "What share of residents travel to work by bicycle?",
        "answers": ["47% travel by bicycle."],
        "relevant": [{"source": "survey.png", "node": "chart"}],
    },
    {"id": "mayor", "question": "Who won the chess tournament of Lisbon?", "answerable": False},
]


def run(*arguments, **environment):
    return command_line.run("eval", *arguments, **environment)


@pytest.fixture(scope="module")
def work(tmp_path_factory, corpus):
    """A folder with questions, and a run over a collection that the run itself has indexed."""
    folder = tmp_path_factory.mktemp("eval")
    (folder / "questions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    key = {"CHARTWELL_RERANKER__API_KEY": "sesame-open"}
    done = run(
        "run", folder / "questions.jsonl", "-c", folder / "kb", "-o", folder / "a", "--index", corpus, "--json", **key
    )
    assert done.returncode == 0, done.stderr
    folder.joinpath("out.json").write_text(done.stdout)
    return folder


def test_a_run_indexes_asks_scores_and_reports(work):
    told = json.loads((work / "out.json").read_text())
    assert told["items"] == 3
    assert told["metrics"]["document.recall@1"]["mean"] == 1.0
    assert told["metrics"]["claims.supported"]["mean"] == 1.0
    assert {path.rpartition("/")[2] for path in told["report"]} == {"report.md", "report.html"}
    page = (work / "a" / "report.html").read_text("utf-8")
    assert "data:image/jpeg;base64," in page
    assert "survey.png" in page
    everything = b"".join(path.read_bytes() for path in (work / "a").iterdir())
    assert b"sesame" not in everything
    manifest = json.loads((work / "a" / "manifest.json").read_text())
    assert manifest["system"]["settings"]["retrieval"]["fusion"] == "weighted"
    assert manifest["system"]["models"]["text encoder"]["fingerprint"]


def test_the_same_again_asks_nothing_and_other_settings_are_refused(work):
    answers = (work / "a" / "answers.jsonl").read_bytes()
    scores = (work / "a" / "scores.jsonl").read_bytes()
    done = run("run", work / "questions.jsonl", "-c", work / "kb", "-o", work / "a")
    assert done.returncode == 0, done.stderr
    for words in ("page.nDCG@10", "control perturbed numbers", "report.html"):
        assert words in done.stdout
    assert (work / "a" / "answers.jsonl").read_bytes() == answers
    assert (work / "a" / "scores.jsonl").read_bytes() == scores
    other = run("run", work / "questions.jsonl", "-c", work / "kb", "-o", work / "a", CHARTWELL_RETRIEVAL__FUSION="rrf")
    assert other.returncode == 1
    assert "settings.retrieval.fusion: weighted, now rrf" in other.stderr


def test_two_runs_are_compared_and_a_regression_fails(work):
    settings = {"CHARTWELL_ANSWER__MIN_ANSWERABILITY": "1"}
    made = run("run", work / "questions.jsonl", "-c", work / "kb", "-o", work / "b", "--no-ladder", **settings)
    assert made.returncode == 0, made.stderr
    shown = run("compare", work / "a", work / "b", "-o", work / "compare.md")
    assert (shown.returncode, shown.stdout) == (0, "")
    text = (work / "compare.md").read_text("utf-8")
    assert "settings.answer.min" in text
    assert "Worst regressions" in text
    failed = run("compare", work / "a", work / "b", "--fail-on-regression", "strict.token_f1=0.05", "--json")
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert told["fallen"][0].startswith("strict.token_f1 fell by")
    assert {one["item"] for one in told["regressions"]} == {"ships", "bicycle"}
    kept = run("compare", work / "a", work / "b", "--fail-on-regression", "document.nDCG@10=0.05")
    assert kept.returncode == 0, kept.stderr


def test_wrong_use_is_told(work, tmp_path):
    questions = work / "questions.jsonl"
    for arguments, status, words in (
        (("run", questions, "-c", work / "kb", "-o", work / "a", "--stages", "think"), 2, "no stage 'think'"),
        (("run", questions, "-c", work / "kb", "-o", work / "a", "--stages", "index"), 2, "go together"),
        (("run", questions, "-c", work / "kb", "-o", work / "a", "--no-resume"), 2, "holds a run already"),
        (("run", tmp_path / "none.jsonl", "-c", work / "kb", "-o", tmp_path / "r"), 2, "none.jsonl"),
        (("run", questions, "-c", work / "kb", "-o", work / "a", "--metrics", "magic"), 2, "no metric magic"),
        (("run", questions, "-o", work / "a", "--rescore", "--depth", "30"), 2, "--depth means nothing"),
        (("run", questions, "-o", work / "a", "--rescore", "--limit", "1"), 2, "--limit means nothing"),
        (("run", questions, "-o", work / "a", "--rescore", "--no-ladder"), 2, "--ladder means nothing"),
        (("run", questions, "-o", work / "a", "--bertscore-baseline", "auto"), 2, "without the metric bertscore"),
        (("compare", work / "a", tmp_path), 1, "no evaluation run"),
        (("compare", work / "a", work / "a", "--fail-on-regression", "MRR"), 2, "METRIC=DELTA"),
        (("report", tmp_path), 1, "no evaluation run"),
    ):
        done = run(*arguments)
        assert done.returncode == status, (arguments, done.stderr)
        assert words in done.stderr


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(work, tmp_path):
    many = tmp_path / "many.jsonl"
    lines = [{**line, "id": f"{line['id']}-{number}"} for number in range(6) for line in QUESTIONS]
    many.write_text("".join(json.dumps(line) + "\n" for line in lines))
    asked = ["run", str(many), "-c", str(work / "kb"), "--no-ladder"]
    command = [sys.executable, "-m", "chartwell.app.cli", "eval", *asked, "-o", str(tmp_path / "stopped")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = tmp_path / "stopped" / "retrieval.jsonl"
    while process.poll() is None and not (found.exists() and found.read_bytes().count(b"\n") >= 3):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"the same command goes on with {tmp_path / 'stopped'}" in errors
    kept = found.read_bytes()
    assert 3 <= kept.count(b"\n") < len(lines)
    assert not (tmp_path / "stopped" / "scores.jsonl").exists()
    for folder in ("stopped", "whole"):
        done = run(*asked, "-o", tmp_path / folder)
        assert done.returncode == 0, done.stderr
    assert found.read_bytes().startswith(kept)
    for name in ("scores.jsonl", "run.trec"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_bertscore_is_rescaled_by_a_baseline_that_is_given_or_measured(work, tmp_path):
    def scored(*options):
        folder = tmp_path / "-".join(("run", *options[1:]))
        shutil.copytree(work / "a", folder)
        again = ("run", work / "questions.jsonl", "-o", folder, "--rescore", "--metrics", "bertscore", *options)
        done = run(*again, "--json")
        assert done.returncode == 0, done.stderr
        signature = json.loads((folder / "manifest.json").read_text())["metrics"]["bertscore"]
        return json.loads(done.stdout)["metrics"]["bertscore"]["mean"], signature

    (plain, without), (given, with_it) = scored(), scored("--bertscore-baseline", "0.25")
    assert "baseline:none" in without
    assert "baseline:0.25" in with_it
    assert given == pytest.approx((plain - 0.25) / 0.75, abs=1e-5)
    measured, signature = scored("--bertscore-baseline", "auto")
    baseline = float(signature.partition("baseline:")[2].partition("|")[0])
    assert measured == pytest.approx((plain - baseline) / (1 - baseline), abs=1e-4)
    for wrong, words in (("much", "neither a number nor auto"), ("1", "must be below 1"), ("nan", "must be below 1")):
        again = ("run", work / "questions.jsonl", "-o", work / "a", "--rescore", "--metrics", "bertscore")
        done = run(*again, "--bertscore-baseline", wrong)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def test_scoring_again_needs_no_collection(work):
    before = (work / "a" / "scores.jsonl").read_bytes()
    done = run("run", work / "questions.jsonl", "-c", work / "gone", "-o", work / "a", "--rescore")
    assert done.returncode == 0, done.stderr
    assert (work / "a" / "scores.jsonl").read_bytes() == before
    assert not (work / "gone").exists()
