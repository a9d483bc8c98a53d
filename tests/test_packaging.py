"""What is shipped: the wheel's contents, what it does in an environment that has not seen this checkout, the pins."""

import email
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
NOT_SHIPPED = {"tests", "build", "dist"}


def folder_of(package):
    return ROOT.joinpath(*package.split(".")[1:])


def shipped_files():
    """Paths inside the wheel that the tree asks for: the packages' modules and their data."""
    files = [file for package in PACKAGES for file in folder_of(package).glob("*.py")]
    for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items():
        files += [file for pattern in patterns for file in folder_of(package).glob(pattern)]
    return {f"chartwell/{file.relative_to(ROOT).as_posix()}" for file in files}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, so that nothing is left in the tree."""

    def left_out(folder, names):
        hidden = {name for name in names if name.startswith(".") or name.endswith(".egg-info")}
        return hidden | ({"build", "dist", "demo-collection"} & set(names)) | {"__pycache__"}

    tree = tmp_path_factory.mktemp("build") / "tree"
    shutil.copytree(ROOT, tree, ignore=left_out)
    out = tree.parent / "out"
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(tree)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel in an empty environment, which borrows the libraries of this one; returns its folder of programs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    programs = folder / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--quiet", str(wheel)], check=True, capture_output=True, text=True)
    libraries = next(path for path in sys.path if (Path(path) / "typer").is_dir())
    site_packages = next((folder / "lib").glob("python*/site-packages"))
    # Folders named in a .pth file are searched, but their own .pth files, the editable install, are not run.
    (site_packages / "libraries.pth").write_text(f"{libraries}\n")
    return programs


def run(*command, cwd):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CHARTWELL_"))}
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_list_of_packages_is_that_of_the_folders():
    folders = {
        file.parent.relative_to(ROOT)
        for file in ROOT.rglob("__init__.py")
        if not any(part.startswith(".") or part in NOT_SHIPPED for part in file.relative_to(ROOT).parts)
    }
    assert sorted(PACKAGES) == sorted(".".join(["chartwell", *folder.parts]) for folder in folders)


def test_every_module_lies_in_a_package():
    stray = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in folder_of(package).rglob("*.py")
        if not any(part.startswith(".") or part in NOT_SHIPPED for part in file.relative_to(ROOT).parts)
        and not (file.parent / "__init__.py").is_file()
    }
    assert not stray


def test_the_wheel_holds_exactly_the_packages(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    described = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    assert names - described == shipped_files()
    assert any(name.endswith("/licenses/LICENSE") for name in described)


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    assert metadata["Name"] == "chartwell"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra")) >= {"cpu", "gpu", "offline", "ui", "vllm", "eval", "dev"}


def test_the_wheel_works_where_the_checkout_is_not(installed, tmp_path):
    program = (
        "import sys, chartwell\n"
        "print(chartwell.__file__)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
        "print(*[name for name in chartwell.__all__ if getattr(chartwell, name) is None])\n"
    )
    place, modules, missing = run(installed / "python", "-c", program, cwd=tmp_path).split("\n")[:3]
    assert Path(place).is_relative_to(installed.parent)
    assert not {"torch", "faiss", "numpy", "pydantic", "PIL", "rapidocr"} & set(modules.split())
    assert missing == ""


def test_the_command_answers_and_loads_nothing_heavy(installed, tmp_path):
    assert "search" in run(installed / "chartwell", "--help", cwd=tmp_path)
    program = (
        "import sys\n"
        "sys.argv = ['chartwell', '--help']\n"
        "from chartwell.app.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    loaded = run(installed / "python", "-c", program, cwd=tmp_path).rstrip("\n").split("\n")[-1].split()
    assert "chartwell" in loaded
    assert not {"torch", "transformers", "faiss", "onnxruntime", "rapidocr", "cv2"} & set(loaded)


def test_the_command_indexes_and_answers(installed, tmp_path):
    (tmp_path / "note.md").write_text("The ferry to Skarholm is called Albatross.")
    assert "1 added" in run(installed / "chartwell", "index", "note.md", "-c", "kb", cwd=tmp_path)
    answer = run(installed / "chartwell", "ask", "What is the ferry to Skarholm called?", "-c", "kb", cwd=tmp_path)
    assert "Albatross. [1]" in answer


def test_the_licence_is_apache_2():
    text = (ROOT / "LICENSE").read_text()
    assert text.lstrip().startswith("Apache License")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def pins():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    # Names and versions only: an address would tie the file to one machine.
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[0-9][\w.+!]*", line)] == []
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def requirements(*extras):
    optional = PROJECT["project"]["optional-dependencies"]
    return [
        Requirement(line) for line in sum((optional[extra] for extra in extras), PROJECT["project"]["dependencies"])
    ]


def test_every_requirement_is_pinned_to_a_version_that_fits():
    pinned = pins()
    for requirement in requirements("cpu", "offline", "ui", "eval", "dev"):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is pinned to {version}"


@pytest.mark.parametrize(("module", "family"), [("cv2", "opencv"), ("faiss", "faiss")])
def test_exactly_one_distribution_provides_a_module_that_several_offer(module, family):
    assert len(set(packages_distributions()[module])) == 1
    assert len([name for name in pins() if name.startswith(family)]) == 1


def test_no_second_opencv_is_asked_for():
    every_extra = PROJECT["project"]["optional-dependencies"]
    assert not [requirement for requirement in requirements(*every_extra) if requirement.name.startswith("opencv")]


@pytest.mark.parametrize("script", [".ci/run", ".ci/install-debian"])
def test_ci_scripts_are_programs_without_mistakes_in_syntax(script):
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in path.read_text()
    subprocess.run(["bash", "-n", str(path)], check=True)  # noqa: S607 - bash of the machine
