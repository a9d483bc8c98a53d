"""Settings changed in the file by the program."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from chartwell.app.settings import Settings
from chartwell.app.settings_file import change_settings_file, nested
from chartwell.errors import SettingsError

WRITTEN = """\
# ours
[retrieval]
coarse_depth = 80   # wide
decoder.ignored = 1

[answer]   # how answers are written
policy = "annotate"
"""


def test_comments_and_all_else_stay(tmp_path):
    path = tmp_path / "chartwell.toml"
    path.write_text(WRITTEN)
    change_settings_file(path, {"answer.policy": "strict", "decoder.base_url": "http://127.0.0.1:9/v1"})
    text = path.read_text()
    for kept in ("# ours", "coarse_depth = 80   # wide", "[answer]   # how answers are written"):
        assert kept in text
    assert tomllib.loads(text) == {
        "retrieval": {"coarse_depth": 80, "decoder": {"ignored": 1}},
        "answer": {"policy": "strict"},
        "decoder": {"base_url": "http://127.0.0.1:9/v1"},
    }
    assert [entry.name for entry in tmp_path.iterdir()] == ["chartwell.toml"]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)
VALUES = WORDS | st.integers(-(2**40), 2**40) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(["preset", "answer.policy", "answer.evidence", "retrieval.weights.lexical", "decoder.model"])


@given(before=st.dictionaries(NAMES, VALUES), changes=st.dictionaries(NAMES, VALUES))
def test_what_is_set_is_read_back(tmp_path_factory, before, changes):
    path = tmp_path_factory.mktemp("settings") / "chartwell.toml"
    change_settings_file(path, before)
    change_settings_file(path, changes)
    assert tomllib.loads(path.read_text("utf-8")) == nested({**before, **changes})


def test_a_preset_stands_before_the_sections(tmp_path, monkeypatch):
    path = tmp_path / "chartwell.toml"
    path.write_text('[answer]\npolicy = "strict"\n')
    change_settings_file(path, {"preset": "gpu"})
    monkeypatch.setenv("CHARTWELL_CONFIG", str(path))
    assert (Settings.load().preset, Settings.load().answer.policy) == ("gpu", "strict")


def test_a_file_with_a_secret_is_its_owners_alone(tmp_path):
    path = tmp_path / "chartwell.toml"
    path.write_text("")
    path.chmod(0o664)
    change_settings_file(path, {"answer.evidence": 4})
    assert path.stat().st_mode & 0o777 == 0o664
    change_settings_file(path, {"decoder.api_key": SecretStr("sesame")})
    assert path.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(path.read_text())["decoder"] == {"api_key": "sesame"}


@pytest.mark.parametrize("content", [b"[answer\n", b"\xff\xfe", b"answer = 3\n"])
def test_a_file_that_is_none_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "chartwell.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"chartwell\.toml"):
        change_settings_file(path, {"answer.policy": "strict"})
    assert path.read_bytes() == content


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.toml").write_text("# real\n")
    link = tmp_path / "chartwell.toml"
    link.symlink_to("real.toml")
    change_settings_file(link, {"answer.evidence": 4})
    assert link.is_symlink()
    assert "evidence = 4" in (tmp_path / "real.toml").read_text()
