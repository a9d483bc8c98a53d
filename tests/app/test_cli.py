import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from .command_line import run

COMMAND = [sys.executable, "-m", "chartwell.app.cli"]


def run_alone(*arguments):
    """The command in a process of its own."""
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def collection(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("cli") / "kb"
    done = run("index", corpus, "-c", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["added"]) == 4
    return folder


def test_help_names_every_command():
    done = run_alone("--help")
    assert done.returncode == 0
    for command in ("demo", "index", "search", "ask", "documents", "delete", "reindex", "verify", "eval", "doctor"):
        assert command in done.stdout


def test_version():
    import chartwell

    assert run_alone("--version").stdout == f"chartwell {chartwell.__version__}\n"


def test_search_for_people_and_for_programs(collection):
    shown = run_alone("search", "Who paid for the crane?", "-c", collection, "-k", 2)
    assert "harbour.pdf, page 2" in shown.stdout
    data = json.loads(run("search", "Who paid for the crane?", "-c", collection, "--json").stdout)
    assert data["evidence"][0]["page"] == 2
    assert data["evidence"][0]["regions"]


def test_bytes_that_are_no_utf8_do_no_harm(collection):
    for options in ((), ("--explain",), ("--json",), ("--json", "--explain")):
        done = run("search", "the crane \udcff", "-c", collection, *options)
        assert done.returncode == 0
        done.stdout.encode("utf-8")
    assert json.loads(done.stdout)["question"] == "the crane \udcff"


def test_search_says_why(collection):
    shown = run("search", "Who paid for the crane?", "-c", collection, "-k", 2, "--explain")
    for words in ("language: en", "text_vectors: ", "candidates", "reranked by region_alignment", " ms"):
        assert words in shown.stdout
    options = ("--also", "How many ships in 2021?", "--diversity", 0.2, "--explain", "--json")
    data = json.loads(run("search", "Who paid for the crane?", "-c", collection, *options).stdout)
    assert [question["signals"] for question in data["explanation"]["questions"]] == [
        [],
        [{"kind": "year", "text": "2021"}],
    ]
    first = data["explanation"]["evidence"][0]
    assert first["source"] == data["evidence"][0]["source"]
    assert {"stage", "rank", "score"} == set(first["questions"][0]["stages"][0])
    assert data["explanation"]["diversity"] == 0.2


def test_ask_with_pictures_of_the_evidence(collection, tmp_path):
    from PIL import Image

    question = "What share of residents travels by bicycle?"
    data = json.loads(run("ask", question, "-c", collection, "--crops", tmp_path / "crops", "--json").stdout)
    assert "47%" in data["text"]
    assert data["claims"][0]["verdict"] == "supported"
    (picture,) = data["crops"].values()
    with Image.open(picture) as image:
        assert image.width > 300
    shown = run("ask", question, "-c", collection)
    assert "✓ supported" in shown.stdout
    assert "survey.png" in shown.stdout


def test_filters(collection):
    data = json.loads(run("search", "harbour", "-c", collection, "-w", "source=*.pdf", "--json").stdout)
    assert {os.path.basename(item["source"]) for item in data["evidence"]} == {"harbour.pdf"}
    assert run("search", "harbour", "-c", collection, "-w", "nonsense").returncode == 2


def test_documents_ledger_verify(collection, corpus):
    assert len(json.loads(run("documents", "-c", collection, "--json").stdout)) == 4
    ledger = json.loads(run("documents", "-c", collection, "--ledger", "--json").stdout)
    assert sum(1 for entry in ledger if entry["figure"] and entry["status"] == "indexed") == 1
    assert str(corpus / "harbour.pdf") in run("documents", "-c", collection).stdout
    verified = run("verify", "-c", collection, "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout)["problems"] == []


def test_delete(tmp_path):
    (tmp_path / "note.md").write_text("A note on tides.")
    run("index", tmp_path / "note.md", "-c", tmp_path / "kb")
    assert run("delete", "note.md", "-c", tmp_path / "kb", cwd=tmp_path).returncode == 0
    again = run("delete", "note.md", "-c", tmp_path / "kb", cwd=tmp_path)
    assert again.returncode == 1
    assert "not in the collection" in again.stdout


def test_a_failed_file_is_shown_and_sets_the_exit_status(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (tmp_path / "good.md").write_text("A note on tides.")
    done = run("index", tmp_path / "bad.pdf", tmp_path / "good.md", "-c", tmp_path / "kb")
    assert done.returncode == 1
    assert "1 added, 1 failed" in done.stdout
    assert "bad.pdf" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["search", "x", "-c", "missing"], 1, "missing"),
        (["search", "", "-c", "{collection}"], 2, "empty"),
        (["search", "x", "-k", "0"], 2, "top-k"),
        (["search", "x", "--diversity", "2"], 2, "diversity"),
        (["search", "x", "-c", "{collection}", "-w", "page=x"], 2, "page"),
        (["no-such-command"], 2, "No such command"),
        (["index"], 2, "paths"),
    ],
)
def test_errors_are_one_clear_line_and_a_status(collection, tmp_path, arguments, status, words):
    done = run(*[argument.format(collection=collection) for argument in arguments], cwd=tmp_path)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_are_json_where_asked_for(tmp_path):
    done = run("search", "x", "-c", tmp_path / "missing", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["type"] == "NotACollection"


def test_wrong_settings_are_usage_errors(tmp_path):
    (tmp_path / "chartwell.toml").write_text("[index]\nworker = 3\n")
    done = run("documents", cwd=tmp_path)
    assert done.returncode == 2
    assert "index.worker" in done.stderr
    assert run("documents", cwd=tmp_path, CHARTWELL_INDX__WORKERS="3").returncode == 2


def test_ctrl_c_keeps_what_is_done(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(400):
        (docs / f"{number:03d}.md").write_text(f"# Gauge {number}\n\n" + f"It reads {number} millimetres. " * 60)
    command = [*COMMAND, "index", str(docs), "-c", str(tmp_path / "kb"), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        time.sleep(0.1)
        listed = run_documents(tmp_path / "kb")
        if listed:
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    report = json.loads(output)
    assert report["cancelled"]
    assert 0 < len(report["added"]) < 400
    assert json.loads(run("verify", "-c", tmp_path / "kb", "--json").stdout)["problems"] == []
    assert run_documents(tmp_path / "kb") == len(report["added"])


def test_ctrl_c_of_a_terminal_reaches_the_workers_too_and_harms_none(tmp_path):
    (tmp_path / "docs").mkdir()
    for number in range(400):
        (tmp_path / "docs" / f"{number:03d}.md").write_text(f"# Gauge {number}\n\nIt reads {number} millimetres.")
    command = [*COMMAND, "index", str(tmp_path / "docs"), "-c", str(tmp_path / "kb"), "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, **pipes, text=True, start_new_session=True)
    while not any("parse_worker" in " ".join(child.cmdline()) for child in psutil.Process(process.pid).children()):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # to the whole group, while the workers are still starting
    output, errors = process.communicate(timeout=60)
    assert json.loads(output).get("cancelled"), output + errors
    assert process.returncode == 1


def run_documents(folder):
    """Count the documents without starting a process: the victim needs the cores."""
    from chartwell.errors import ChartwellError
    from chartwell.indexing.collection import Collection

    try:
        with Collection.open(folder, create=False) as collection:
            return len(collection.documents())
    except ChartwellError:
        return 0


def test_doctor(collection):
    done = run("doctor", "-c", collection, "--recall", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert "GPU no" in findings["faiss"]["detail"]
    assert "all-MiniLM-L6-v2" in findings["text model"]["detail"]
    assert "4 documents" in findings["collection"]["detail"]
    assert "GiB free" in findings["disk"]["detail"]
    assert findings["recall"]["state"] == "ok"
    assert findings["recall"]["figures"]["text"]["recall"] == 1.0


def test_doctor_says_how_to_get_what_is_missing(tmp_path):
    missing = run("doctor", CHARTWELL_ENCODER__TEXT_MODEL="nobody/no-such-model", cwd=tmp_path)
    assert missing.returncode == 1
    assert "no-such-model" in missing.stdout


def test_eval_score(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "1", "answer": "Sales rose."}')
    (tmp_path / "r.jsonl").write_text('{"id": "1", "answers": ["Sales rose."]}')
    options = ("--predictions", tmp_path / "p.jsonl", "--references", tmp_path / "r.jsonl")
    data = json.loads(run("eval", "score", *options, "--json").stdout)
    assert data["metrics"]["rougeL"]["mean"] == 1.0
    assert "signature" in data["metrics"]["bleu"]
    assert "rougeL" in run("eval", "score", *options).stdout


def test_terminal_escapes_from_documents_are_not_sent(tmp_path):
    (tmp_path / "note.md").write_text("The tide table \x1b[31mis red\x1b[0m and [bold]not bold[/bold].")
    run("index", tmp_path / "note.md", "-c", tmp_path / "kb")
    done = run("search", "tide table", "-c", tmp_path / "kb")
    assert "\x1b[31m" not in done.stdout
    assert "[bold]not bold[/bold]" in done.stdout
