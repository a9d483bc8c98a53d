import json
import os
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import ModelUnavailable
from chartwell.indexing.encoders.fingerprint import WHOLE_FILE_BYTES, file_digest, fingerprint


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text('{"hidden_size": 8, "transformers_version": "4.0"}')
    (folder / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0}}, "truncation": {"max_length": 128}}')
    return folder


def of(folder, **settings):
    return fingerprint(folder, folder.iterdir(), settings)


def test_does_not_depend_on_place_key_order_or_who_saved_the_model(model, tmp_path):
    copy = shutil.copytree(model, tmp_path / "elsewhere")
    (copy / "config.json").write_text('{"transformers_version": "5.0",\n "_name_or_path": "x", "hidden_size": 8}')
    (copy / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0}}, "padding": null}')
    assert of(copy) == of(model)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", b"other"),
        ("config.json", b'{"hidden_size": 9}'),
        ("tokenizer.json", b'{"model": {"vocab": {"b": 0}}}'),
        ("extra.json", b"{}"),
    ],
)
def test_changes_with_every_file(model, name, content):
    before = of(model)
    (model / name).write_bytes(content)
    assert of(model) != before


def test_changes_with_settings(model):
    assert of(model, max_sequence=128) != of(model, max_sequence=256)


def test_a_file_that_changes_is_digested_again(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"a" * 10)
    first = file_digest(path)
    path.write_bytes(b"b" * 10)
    os.utime(path, ns=(1, 1))
    assert file_digest(path) != first


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_digests_differ_exactly_where_contents_do(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("files")
    (folder / "one").write_bytes(one)
    (folder / "other").write_bytes(other)
    assert (file_digest(folder / "one") == file_digest(folder / "other")) == (one == other)


@pytest.mark.parametrize("position", [0, WHOLE_FILE_BYTES // 2, WHOLE_FILE_BYTES + 99])
def test_a_large_file_counts_its_header_middle_end_and_size(tmp_path, position):
    def sparse(name, size, mark):
        path = tmp_path / name
        with path.open("wb") as file:
            file.truncate(size)
            file.seek(position)
            file.write(mark)
        return path

    size = WHOLE_FILE_BYTES + 100
    plain = file_digest(sparse("plain", size, b"\0"))
    assert file_digest(sparse("same", size, b"\0")) == plain
    assert file_digest(sparse("marked", size, b"x")) != plain
    assert file_digest(sparse("longer", size + 1, b"\0")) != plain


def test_a_damaged_configuration_is_named(model):
    (model / "config.json").write_text("{")
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        of(model)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"gone\.bin"):
        file_digest(tmp_path / "gone.bin")


def test_numbers_and_nesting_in_configurations_count(model):
    before = of(model)
    content = json.loads((model / "config.json").read_text()) | {"text_config": {"layers": 2}}
    (model / "config.json").write_text(json.dumps(content))
    assert of(model) != before
