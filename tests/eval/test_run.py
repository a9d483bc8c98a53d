"""Runs: what the folder holds, going on after a kill, refusing what does not fit, scoring again."""

import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from chartwell.errors import (
    CollectionDamaged,
    ContextOverflow,
    DecoderError,
    DecoderUnreachable,
    InvalidDataset,
    NotARun,
    RunDamaged,
    RunError,
    RunIncomplete,
    RunMismatch,
)
from chartwell.eval import Item, Run, RunOptions, evaluate, rescore
from chartwell.eval.runs.jobs import MOST_FAILURES, Cancelled
from chartwell.eval.runs.listing import list_runs


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def run(small_system, questions, tmp_path):
    return evaluate(small_system(), questions, tmp_path / "run")


def test_the_folder_holds_what_was_asked_found_said_and_scored(run):
    names = {path.name for path in run.path.iterdir() if not path.name.startswith(".")}
    assert names == {
        *("manifest.json", "dataset.jsonl", "retrieval.jsonl", "answers.jsonl", "checks.jsonl", "evidence.jsonl"),
        *("times.jsonl", "run.trec", "qrels.trec", "scores.jsonl", "summary.json"),
    }
    manifest = json.loads((run.path / "manifest.json").read_text())
    assert manifest["dataset"]["items"] == 6
    assert len(manifest["dataset"]["sha256"]) == 64
    assert manifest["packages"]["numpy"]
    assert "sacrebleu" in manifest["metrics"]["bleu"] or "version" in manifest["metrics"]["bleu"]
    assert [line["item"] for line in lines(run.folder.scores)] == [item.id for item in run.items]
    leave = run.scores["leave"]
    assert leave["page.nDCG@10"] == 1.0
    assert leave["claims.supported"] == leave["citation_recall"] == leave["citation_precision"] == 1.0
    assert 0 < leave["token_f1"] < 1
    assert run.scores["mayor"]["token_f1"] is None
    assert run.reasons["mayor"]["rougeL"] == "the documents do not tell"
    assert run.scores["mayor"]["abstained_rightly"] == 1.0
    assert run.scores["ships"]["region_iou"] == pytest.approx(1.0)
    assert run.summary["abstention"]["unanswerable"] == {"answered": 0, "abstained": 1}


def test_answers_without_a_perplexity_are_counted_with_the_reason(small_system, questions, tmp_path):
    run = evaluate(small_system(broken=["herring"]), questions, tmp_path / "run", options=RunOptions(ladder=False))
    assert run.scores["leave"]["perplexity"] == pytest.approx(math.exp(0.15), abs=1e-6)
    assert run.reasons["mayor"]["perplexity"] == "abstained"
    told = run.summary["metrics"]["perplexity"]
    assert told["n"] + told["missing"] == told["n"] + sum(told["missing_reasons"].values()) == 6
    assert any(reason.startswith("the question failed") for reason in told["missing_reasons"])


def test_questions_asked_again_show_whether_answers_agree(small_system, questions, tmp_path):
    options = RunOptions(ladder=False, samples=2)
    run = evaluate(small_system(), questions, tmp_path / "run", options=options)
    told = {item: scores["self_consistency"] for item, scores in run.scores.items()}
    assert told["mayor"] == told["ships"] == 1.0  # two abstentions agree
    assert told["leave"] < 1.0  # the second sample was led astray
    assert run.manifest.metrics["self_consistency"].startswith("self_consistency|")
    assert rescore(run.path).scores["leave"]["self_consistency"] == told["leave"]
    system = small_system()
    evaluate(system, questions, tmp_path / "run", options=options)
    assert system.asked == 0
    broken = evaluate(small_system(broken=["herring"]), questions, tmp_path / "broken", options=options)
    assert broken.scores["herring"]["self_consistency"] is None
    assert "cannot think of" in broken.reasons["herring"]["self_consistency"]


def test_several_questions_are_asked_at_a_time(small_system, questions, tmp_path):
    together = threading.Barrier(3, timeout=20)

    class Waiting(small_system):
        def stream(self, question, **options):
            together.wait()
            yield from super().stream(question, **options)

    run = evaluate(Waiting(), questions, tmp_path / "run", options=RunOptions(ladder=False, workers=3))
    assert run.summary["failures"]["count"] == 0
    assert run.summary["items"] == 6


def test_the_trec_files_are_read_and_scored_alike_by_ir_measures(run):
    import ir_measures
    from ir_measures import RR, nDCG

    ranking = list(ir_measures.read_trec_run(str(run.folder.ranking)))
    relevance = list(ir_measures.read_trec_qrels(str(run.folder.relevance)))
    found = ir_measures.calc_aggregate([nDCG @ 10, RR], relevance, ranking)
    assert found[nDCG @ 10] == pytest.approx(run.summary["metrics"]["page.nDCG@10"]["mean"], abs=1e-6)
    assert found[RR] == pytest.approx(run.summary["metrics"]["page.MRR"]["mean"], abs=1e-6)


def test_the_same_settings_give_the_same_bytes_whatever_the_number_of_workers(small_system, questions, tmp_path):
    first = evaluate(small_system(), questions, tmp_path / "first")
    second = evaluate(small_system(), questions, tmp_path / "second", options=RunOptions(workers=4))
    assert first.folder.scores.read_bytes() == second.folder.scores.read_bytes()


def test_a_whole_run_is_not_asked_again(run, small_system, questions):
    system = small_system()
    before = run.folder.scores.read_bytes()
    evaluate(system, questions, run.path)
    assert system.asked == 0
    assert run.folder.scores.read_bytes() == before


def test_a_run_killed_ten_times_ends_with_the_scores_of_one_that_was_not(victim, questions, tmp_path):
    command = [sys.executable, str(victim.path), str(questions), "0.02", "2"]
    chance = random.Random(11)
    kills = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:

        def start(name):
            parent.stdin.write(f"{tmp_path / name}\n")
            parent.stdin.flush()
            word, number = parent.stdout.readline().split()
            assert word == "begun"
            return int(number)

        def ended():
            word, status = parent.stdout.readline().split()
            assert word == "ended"
            return int(status)

        start("whole")
        assert ended() == 0
        for _ in range(60):
            child = start("killed")
            time.sleep(chance.uniform(0.005, 0.08))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            kills += ended() == -signal.SIGKILL
            if kills == 10:
                break
        assert kills == 10
        start("killed")
        assert ended() == 0
        parent.stdin.close()
    whole, killed = Run.open(tmp_path / "whole"), Run.open(tmp_path / "killed")
    assert killed.folder.scores.read_bytes() == whole.folder.scores.read_bytes()
    assert killed.folder.ranking.read_bytes() == whole.folder.ranking.read_bytes()


def test_a_torn_last_line_is_written_again(run, small_system, questions):
    before = run.folder.scores.read_bytes()
    data = run.folder.answers.read_bytes()
    fourth = sum(len(line) + 1 for line in data.split(b"\n")[:3]) + 20
    run.folder.answers.write_bytes(data[:fourth])
    system = small_system()
    again = evaluate(system, questions, run.path)
    assert system.asked == 4 * 6 - 2 - 3  # of four rungs, the last question stands on two
    assert again.folder.scores.read_bytes() == before
    assert sorted(run.folder.answers.read_bytes().splitlines()) == sorted(data.splitlines())


def test_a_broken_line_in_the_middle_is_named(run, small_system, questions):
    data = run.folder.answers.read_bytes().split(b"\n")
    data[3] = b'{"item": "x"'
    run.folder.answers.write_bytes(b"\n".join(data))
    with pytest.raises(RunDamaged, match=r"answers\.jsonl, line 4"):
        evaluate(small_system(), questions, run.path)


def test_another_data_set_or_other_settings_are_refused_with_what_differs(run, small_system, questions):
    with pytest.raises(RunMismatch, match=r"settings\.preset: small, now large"):
        evaluate(small_system(settings={"preset": "large"}), questions, run.path)
    with pytest.raises(RunMismatch, match=r"options\.depth: 30, now 5"):
        evaluate(small_system(), questions, run.path, options=RunOptions(depth=5))
    questions.write_text(questions.read_text("utf-8").replace("mayor", "major"), "utf-8")
    with pytest.raises(RunMismatch, match="data set"):
        evaluate(small_system(), questions, run.path)
    with pytest.raises(RunMismatch, match="another data set"):
        rescore(run.path, dataset=questions)


def test_foreign_folders_are_refused(small_system, questions, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "todo.txt").write_text("buy herring")
    with pytest.raises(NotARun, match="not empty"):
        evaluate(small_system(), questions, tmp_path / "notes")
    with pytest.raises(NotARun, match="no manifest"):
        Run.open(tmp_path / "notes")
    for content in ("[]", "{}", '{"format": 1', '{"format": 99, "dataset": {"sha256": ""}}'):
        (tmp_path / "notes" / "manifest.json").write_text(content)
        with pytest.raises(NotARun, match=r"manifest\.json"):
            Run.open(tmp_path / "notes")


def test_two_processes_do_not_write_to_one_run(run, small_system, questions):
    with run.folder.locked(), pytest.raises(RunError, match="Another process"):
        evaluate(small_system(), questions, run.path)


def test_a_run_without_scores_is_unfinished(run):
    run.folder.summary.unlink()
    with pytest.raises(RunIncomplete, match="interrupted"):
        Run.open(run.path)


def test_stages_one_by_one_come_to_the_same(small_system, questions, run, tmp_path):
    folder = tmp_path / "steps"
    with pytest.raises(RunIncomplete, match="no retrieval and no answers"):
        evaluate(small_system(), questions, folder, options=RunOptions(("score",)))
    for stage in ("retrieve", "answer", "check"):
        evaluate(small_system(), questions, folder, options=RunOptions((stage,)))
    last = evaluate(small_system(), questions, folder, options=RunOptions(("score",)))
    assert last.folder.scores.read_bytes() == run.folder.scores.read_bytes()


def test_retrieval_alone_has_no_values_for_answers(small_system, questions, tmp_path):
    run = evaluate(small_system(), questions, tmp_path / "run", options=RunOptions(("retrieve", "score")))
    assert run.scores["leave"]["page.nDCG@10"] == 1.0
    assert "token_f1" not in run.scores["leave"]
    assert run.summary["controls"] == run.summary["ladder"] == []


def test_more_questions_are_asked_on_top_of_fewer(small_system, questions, run, tmp_path):
    few = evaluate(small_system(), questions, tmp_path / "some", options=RunOptions(limit=2))
    assert list(few.scores) == ["leave", "fare"]
    system = small_system()
    all_ = evaluate(system, questions, tmp_path / "some")
    assert system.asked == 4 * 6 - 4 * 2 - 2  # four rungs; the last question stands on two of them alone
    assert all_.folder.scores.read_bytes() == run.folder.scores.read_bytes()


def test_a_question_that_fails_stops_no_other_and_is_retried_when_asked(small_system, questions, run, tmp_path):
    folder = tmp_path / "failing"
    broken = evaluate(small_system(broken=["herring"]), questions, folder)
    assert broken.scores["leave"]["token_f1"] == run.scores["leave"]["token_f1"]
    assert broken.scores["herring"]["token_f1"] is None
    assert "cannot think of" in broken.reasons["herring"]["token_f1"]
    assert broken.summary["metrics"]["token_f1"]["n"] == run.summary["metrics"]["token_f1"]["n"] - 1
    assert broken.summary["failures"]["count"] == 4
    healthy = small_system()
    assert evaluate(healthy, questions, folder).summary["failures"]["count"] == 4
    assert healthy.asked == 0
    mended = evaluate(healthy, questions, folder, options=RunOptions(retry_failed=True))
    assert healthy.asked == 4
    assert mended.folder.scores.read_bytes() == run.folder.scores.read_bytes()


def test_what_concerns_all_questions_ends_the_run(small_system, questions, tmp_path):
    class Damaged(small_system):
        def retrieve(self, *args, **options):
            raise CollectionDamaged("The catalog is gone.", hint="Restore it.")

    with pytest.raises(CollectionDamaged):
        evaluate(Damaged(), questions, tmp_path / "run")


@pytest.mark.parametrize("kind", [DecoderError, DecoderUnreachable])
def test_a_decoder_that_is_not_there_is_given_up(small_system, tmp_path, kind):
    class Silent(small_system):
        def stream(self, question, **options):
            self.asked += 1
            raise kind("The server does not answer.", hint="Start it.", retryable=True)

    system = Silent()
    items = [Item(str(number), "Who is there?", ("Nobody.",)) for number in range(50)]
    with pytest.raises(DecoderError, match=rf"{MOST_FAILURES} questions in a row"):
        evaluate(system, items, tmp_path / "run", options=RunOptions(ladder=False))
    assert system.asked == MOST_FAILURES
    healthy = small_system()
    run = evaluate(healthy, items, tmp_path / "run", options=RunOptions(ladder=False, retry_failed=True))
    assert healthy.asked == 50
    assert run.summary["failures"]["count"] == 0


def test_prompts_that_are_too_long_are_no_sign_that_the_decoder_is_gone(small_system, tmp_path):
    class Narrow(small_system):
        def stream(self, question, **options):
            raise ContextOverflow("The prompt is too long.", hint="Shorten it.")

    items = [Item(str(number), "Who is there?", ("Nobody.",)) for number in range(2 * MOST_FAILURES)]
    run = evaluate(Narrow(), items, tmp_path / "run", options=RunOptions(ladder=False))
    assert run.summary["failures"]["count"] == 2 * MOST_FAILURES


def test_cancelling_keeps_what_is_done(small_system, questions, run, tmp_path):
    cancel = threading.Event()
    seen = []

    def stop_soon(event):
        seen.append(event)
        if event.stage == "answer" and event.done == 3:
            cancel.set()

    with pytest.raises(Cancelled):
        evaluate(small_system(), questions, tmp_path / "part", on_event=stop_soon, cancel=cancel)
    assert len(lines(tmp_path / "part" / "answers.jsonl")) == 3
    with pytest.raises(RunIncomplete):
        Run.open(tmp_path / "part")
    system = small_system()
    whole = evaluate(system, questions, tmp_path / "part")
    assert whole.folder.scores.read_bytes() == run.folder.scores.read_bytes()
    assert seen[0].total == 6


def test_scoring_again_needs_no_system(run):
    before = run.folder.scores.read_bytes()
    run.folder.scores.unlink()
    assert rescore(run.path).folder.scores.read_bytes() == before
    less = rescore(run.path, metrics=["rougeL"])
    assert "token_f1" not in less.scores["leave"]
    assert less.scores["leave"]["rougeL"] is not None
    assert list(less.manifest.metrics) == ["rougeL"]
    assert less.summary["ladder"]


def test_scores_of_other_questions_or_metrics_than_the_manifest_names_do_not_stay(small_system, questions, tmp_path):
    run = evaluate(small_system(), questions, tmp_path / "run")
    rescore(run.path, metrics=["rougeL"])
    retrieving = RunOptions(stages=("retrieve",), limit=2)
    evaluate(small_system(), questions, run.path, options=retrieving, metrics=["rougeL"])
    with pytest.raises(RunIncomplete):
        Run.open(run.path)
    assert len(evaluate(small_system(), questions, run.path).scores) == 6


def test_scoring_again_that_is_stopped_leaves_what_it_is_a_run_of(run):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        rescore(run.path, metrics=["rougeL"], cancel=cancel)
    assert "token_f1" in json.loads(run.folder.manifest.read_text())["metrics"]


def test_a_changed_copy_of_the_data_set_gives_no_figures(run, small_system, questions):
    before = run.folder.dataset.read_bytes()
    run.folder.dataset.write_bytes(before.replace(b"14 crowns", b"15 crowns"))
    with pytest.raises(RunDamaged, match=r"dataset\.jsonl is no longer the data set"):
        rescore(run.path)
    evaluate(small_system(), questions, run.path)
    assert run.folder.dataset.read_bytes() == before


def test_documents_that_are_not_there_are_refused_with_the_question(small_system, questions, tmp_path):
    questions.write_text(questions.read_text("utf-8").replace('"fish.pdf"', '"fowl.pdf"'), "utf-8")
    with pytest.raises(InvalidDataset, match=r"'fowl\.pdf' \(question 'herring'\)"):
        evaluate(small_system(), questions, tmp_path / "run")
    run = evaluate(small_system(), questions, tmp_path / "run", options=RunOptions(allow_missing=True))
    assert run.scores["herring"]["document.recall@10"] == 0.0


def test_a_wrong_line_of_the_data_set_is_named_before_anything_is_asked(small_system, questions, tmp_path):
    with questions.open("a") as file:
        file.write('{"id": "leave", "question": "Again?"}\n')
    system = small_system()
    with pytest.raises(InvalidDataset, match=r"questions\.jsonl, line 7"):
        evaluate(system, questions, tmp_path / "run")
    assert system.asked == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([Item("a", "Who is there?"), Item("a", "Who is there?")], "line 2 repeats the id 'a' of line 1"),
        ([Item("a", " ")], "line 1 has a question that cannot be asked"),
        ([Item("a", "Who?", ("yes",), answerable=False)], "line 1 contradicts itself"),
        ([], "No items"),
    ],
)
def test_wrong_items_are_refused_before_anything_is_asked(small_system, tmp_path, items, told):
    system = small_system()
    with pytest.raises(InvalidDataset, match=told):
        evaluate(system, items, tmp_path / "run")
    assert system.asked == 0
    assert not (tmp_path / "run").exists()


def test_the_controls_fall_and_the_ladder_adds_up(run):
    controls = {(one["name"], one["metric"]): one for one in run.summary["controls"]}
    shuffled = controls["shuffled evidence", "claims supported"]
    assert shuffled["run"] == 1.0
    perturbed = controls["perturbed numbers", "claims supported"]
    assert perturbed["run"] == 1.0
    assert perturbed["control"] == 0.0
    assert perturbed["holds"]
    abstain = controls["always abstain", "abstained_rightly"]
    assert abstain["control"] == pytest.approx(1 / 6, abs=1e-6)
    copied = controls["copy the top passage", "strict.token_f1"]
    assert copied["n"] == 5
    for ladder in run.summary["ladder"]:
        rungs = {name: rung["mean"] for name, rung in ladder["rungs"].items()}
        assert rungs["no evidence"] == 0.0
        assert sum(ladder["losses"].values()) == pytest.approx(1 - rungs["all documents"], abs=1e-5)
        assert rungs["the right page"] <= rungs["the best writer on that evidence"] + 1e-9


def test_a_search_that_misses_is_a_loss_of_finding(small_system, questions, tmp_path):
    astray = evaluate(small_system(weight=0.01), questions, tmp_path / "run")
    losses = astray.summary["ladder"][0]["losses"]
    assert losses["finding the document"] > 0.05
    assert astray.scores["leave"]["page.MRR"] < 1


def test_a_data_frame_has_a_row_a_question(run):
    frame = run.to_pandas()
    assert list(frame.index) == [item.id for item in run.items]
    assert frame["page.nDCG@10"].dtype == float
    assert frame.loc["mayor", "abstained"]
    assert frame["strict.token_f1"].mean() == pytest.approx(run.summary["metrics"]["strict.token_f1"]["mean"], abs=1e-6)


def test_the_names_load_lazily():
    program = "import sys; from chartwell import eval; print('numpy' in sys.modules); eval.evaluate; print(dir(eval))"
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert out.startswith("False")
    assert "'evaluate'" in out


def test_a_folder_that_may_not_be_read_hides_no_run(run):
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder = Path(name)
        shutil.copytree(run.path, folder / "open to all")
        (folder / "closed").mkdir(mode=0o000)
        folder.chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:  # who may read everything
            os.seteuid(65534)
        try:
            found = {one.name: one for one in list_runs(folder)}
        finally:
            if is_root:
                os.seteuid(0)
        assert found["open to all"].state == "scored"
        assert (found["closed"].state, found["closed"].reason) == ("damaged", "Permission denied")
