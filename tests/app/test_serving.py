"""`chartwell plan`, `chartwell serve-llm` and the settings of the decoder, from the command line."""

import json

import pytest
from typer.testing import CliRunner

from chartwell.app.cli import app
from chartwell.app.doctor import examine
from chartwell.app.settings import Settings
from chartwell.errors import MissingDependency, SettingsError

LLAMA = {
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 8192,
}


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llama").mkdir()
    (tmp_path / "llama" / "config.json").write_text(json.dumps(LLAMA))
    return "llama"


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_plan_as_a_table(model):
    done = run("plan", "--model-config", model, "--gpus", 2, "--gpu-memory", 24, "--concurrency", 8, "--context", 8192)
    assert done.exit_code == 0
    assert "llama: 8.03 billion parameters" in done.stdout
    assert "16.1 GB (15.0 GiB) in bf16" in done.stdout
    assert "128.0 KiB a token" in done.stdout
    assert "Take --tensor-parallel-size 2." in done.stdout


def test_plan_as_json(model):
    arguments = ("--gpus", 1, "--gpu-memory", 10, "--concurrency", 1, "--context", 4096, "--json")
    done = run("plan", "--model-config", f"{model}/config.json", *arguments)
    told = json.loads(done.stdout)
    assert told["parameters"] == 8_030_261_248
    assert told["cache_bytes_per_token"] == 131_072
    assert told["demand"]["context"] == 4096
    assert [split["fits"] for split in told["splits"]] == [False, False, True]
    assert told["choice"]["format"] == "int4"


def test_plan_says_that_nothing_fits(model):
    done = run("plan", "--model-config", model, "--gpu-memory", 2)
    assert done.exit_code == 1
    assert "It does not fit" in done.stdout


def test_plan_of_what_is_no_model(model):
    assert isinstance(run("plan", "--model-config", "gone.json").exception, SettingsError)


def test_serve_prints_the_command_and_the_memory_and_starts_nothing(model, monkeypatch):
    monkeypatch.setenv("CHARTWELL_DECODER__API_KEY", "secret-8")
    monkeypatch.setenv("CHARTWELL_DECODER__BASE_URL", "http://127.0.0.1:8123/v1")
    monkeypatch.setenv("CHARTWELL_DECODER__IMAGES", "2")
    done = run("serve-llm", "--dry-run", "--model", model, "--tensor-parallel-size", 2, "--", "--enforce-eager")
    assert done.exit_code == 0
    assert "--port 8123" in done.stdout
    assert "--tensor-parallel-size 2" in done.stdout
    assert """--limit-mm-per-prompt '{"image": 2}'""" in done.stdout
    assert done.stdout.endswith("--enforce-eager\n")
    assert done.stdout.startswith("VLLM_API_KEY=… ")
    assert "takes 15.0 GiB for its weights, 16.0 GiB of cache for 16 requests of 8192 tokens" in done.stderr
    assert "pip install vllm" in done.stderr
    assert "secret-8" not in done.output


def test_serve_says_that_a_model_cannot_be_split_so(model):
    done = run("serve-llm", "--dry-run", "--model", model, "--tensor-parallel-size", 3)
    assert "llama cannot be split over 3 GPUs: its 32 attention heads cannot be shared out evenly." in done.stderr


@pytest.mark.parametrize(
    ("named", "chosen", "flag"),
    [
        ("Qwen/Qwen3-8B", (), "--reasoning-parser qwen3"),
        ("Qwen/Qwen3-8B", ("--reasoning-parser", "none"), None),
        ("nobody/nothing-7B", ("--reasoning-parser", "mimo"), "--reasoning-parser mimo"),
        ("nobody/nothing-7B", (), None),
        ("Qwen/Qwen3-8B", ("--", "--reasoning-parser=other"), "--reasoning-parser=other"),
    ],
)
def test_what_parts_reasoning_from_the_answer(model, named, chosen, flag):
    line = run("serve-llm", "--dry-run", "--model", named, *chosen).stdout
    assert line.count("--reasoning-parser") == (0 if flag is None else 1)
    assert flag is None or flag in line


def test_the_family_stands_in_the_configuration(tmp_path, model):
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "qwen3"}')
    assert "--reasoning-parser qwen3" in run("serve-llm", "--dry-run", "--model", folder).stdout
    (folder / "config.json").write_text('["broken')
    assert "--reasoning-parser" not in run("serve-llm", "--dry-run", "--model", folder).stdout


def test_serve_without_vllm_is_refused(model):
    assert isinstance(run("serve-llm", "--model", model).exception, MissingDependency)


def test_serve_without_a_model_is_refused(model):
    assert isinstance(run("serve-llm").exception, SettingsError)


def test_serve_warns_of_an_open_door(model):
    done = run("serve-llm", "--dry-run", "--model", model, "--host", "0.0.0.0")  # noqa: S104 - nothing is bound
    assert "`decoder.api_key` is not set" in done.stderr


def test_a_port_that_is_none_is_refused(model, monkeypatch):
    monkeypatch.setenv("CHARTWELL_DECODER__BASE_URL", "http://127.0.0.1:99999/v1")
    error = run("serve-llm", "--dry-run", "--model", model).exception
    assert isinstance(error, SettingsError)
    assert "decoder.base_url" in error.message


def test_a_model_that_is_not_here_has_no_memory_to_tell(model):
    done = run("serve-llm", "--dry-run", "--model", "nobody/nothing-7B")
    assert "nobody/nothing-7B is not on this machine" in done.stderr


@pytest.mark.parametrize(
    ("decoder", "key"),
    [
        ({"reasoning_opened": True}, "decoder.thinking"),
        ({"kind": "vllm"}, "decoder.model"),
        ({"base_url": "127.0.0.1:8000"}, "decoder.base_url"),
        ({"temperature": -1}, "decoder.temperature"),
        ({"top_p": 0}, "decoder.top_p"),
        ({"beams": 0}, "decoder.beams"),
        ({"on_decoder_error": "ignore"}, "decoder.on_decoder_error"),
    ],
)
def test_settings_that_cannot_be(decoder, key, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as raised:
        Settings.load(decoder=decoder)
    assert key in str(raised.value)


def test_the_key_of_the_decoder_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(decoder={"api_key": "secret-8"})
    assert "secret-8" not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(("on_error", "state"), [("fail", "missing"), ("extractive", "note")])
def test_doctor_tells_of_a_server_that_is_not_there(tmp_path, monkeypatch, on_error, state):
    monkeypatch.chdir(tmp_path)
    given = {"KIND": "vllm", "MODEL": "m", "BASE_URL": "http://127.0.0.1:9/v1", "ON_DECODER_ERROR": on_error}
    for name, value in given.items():
        monkeypatch.setenv(f"CHARTWELL_DECODER__{name}", value)
    [finding] = [one for one in examine(tmp_path / "none") if one.name == "decoder"]
    assert finding.state == state
    assert "cannot be reached" in finding.detail
    assert "serve-llm" in finding.remedy
