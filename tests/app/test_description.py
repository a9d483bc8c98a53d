"""What an evaluation records of the system: all that its results depend on, and no secret."""

import json
import shutil
from pathlib import Path

from chartwell import Chartwell
from chartwell.app import description
from chartwell.generation import prompts


def test_other_words_in_a_prompt_are_another_system(tmp_path, monkeypatch):
    folder = tmp_path / "prompts"
    shutil.copytree(Path(prompts.__file__).parent, folder)
    with Chartwell.open(tmp_path / "kb") as client:
        before = client.describe()
        monkeypatch.setattr(description.prompts, "__file__", str(folder / "__init__.py"))
        assert client.describe() == before
        (folder / "instructions.py").write_text("RULES = 'Be brief.'", "utf-8")
        assert client.describe() != before


def test_no_secret_is_recorded(tmp_path):
    address = "http://ann:s3cret@127.0.0.1:8000/v1?key=s3cret"
    with Chartwell.open(tmp_path / "kb", decoder={"api_key": "s3cret", "base_url": address}) as client:
        told = client.describe()
    assert told.settings["decoder"]["base_url"] == "http://127.0.0.1:8000/v1"
    assert "s3cret" not in json.dumps([told.collection, told.settings, told.models])
