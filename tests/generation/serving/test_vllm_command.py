import itertools
import shlex
import sys
from pathlib import Path

import pytest

from chartwell.errors import MissingDependency
from chartwell.generation.serving.vllm_command import (
    KEY_VARIABLE,
    ServeOptions,
    address,
    command,
    environment,
    find_vllm,
)


def flags(line):
    return dict(itertools.pairwise(line))


def test_the_flags_of_a_model_that_sees_pictures():
    options = ServeOptions(
        "Qwen/Qwen3-VL-8B-Instruct",
        max_model_len=16384,
        tensor_parallel=2,
        images=4,
        cache="fp8",
        python=Path("/v/python"),
    )
    line = command(options, "command")
    assert line[:5] == ["/v/python", "-m", "vllm.entrypoints.cli.main", "serve", "Qwen/Qwen3-VL-8B-Instruct"]
    given = flags(line)
    assert given["--host"] == "127.0.0.1"
    assert given["--port"] == "8000"
    assert given["--max-model-len"] == "16384"
    assert given["--tensor-parallel-size"] == "2"
    assert given["--limit-mm-per-prompt"] == '{"image": 4}'
    assert given["--kv-cache-dtype"] == "fp8"
    assert given["--served-model-name"] == "Qwen/Qwen3-VL-8B-Instruct"


def test_the_module_is_run_where_there_is_no_command():
    line = command(ServeOptions("/models/tiny", name="tiny"), "module")
    assert line[:5] == [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", "/models/tiny"]
    assert flags(line)["--served-model-name"] == "tiny"
    assert "--max-model-len" not in line
    assert "--limit-mm-per-prompt" not in line


def test_what_goes_to_vllm_as_it_is_counts():
    line = command(ServeOptions("m", extra=("--dtype=float16", "--port", "9", "--enforce-eager")), "module")
    assert line[-4:] == ["--dtype=float16", "--port", "9", "--enforce-eager"]
    assert line.count("--port") == 1
    assert "--dtype" not in line


def test_the_key_goes_by_the_environment():
    options = ServeOptions("m", api_key="secret-4")
    assert "secret-4" not in shlex.join(command(options, "command"))
    assert "secret-4" not in repr(options)
    made = environment(options, {"PATH": "/bin"})
    assert made == {"PATH": "/bin", KEY_VARIABLE: "secret-4", "VLLM_NO_USAGE_STATS": "1"}
    assert KEY_VARIABLE not in environment(ServeOptions("m"), {})


def test_without_vllm_the_line_that_installs_it_is_named():
    with pytest.raises(MissingDependency, match="pip install vllm"):
        find_vllm(Path(sys.executable))


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false"])
def test_an_interpreter_that_is_none_is_told(python):
    with pytest.raises(MissingDependency, match=python):
        find_vllm(Path(python))


def test_a_module_without_its_distribution_is_found(tmp_path):
    (tmp_path / "vllm.py").write_text("")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    assert find_vllm(python) == "module"
    information = tmp_path / "vllm-0.32.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0\n")
    assert find_vllm(python) == "command"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),  # noqa: S104 - nothing is bound
        ("::1", "http://[::1]:81"),
        ("::", "http://[::1]:81"),
        ("gpu.example", "http://gpu.example:81"),
    ],
)
def test_the_address_of_a_server(host, expected):
    assert address(ServeOptions("m", host=host, port=81)) == expected
