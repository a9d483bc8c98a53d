"""Archives are bounded before anything is unpacked."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnsupportedFormat
from chartwell.indexing.loaders import zip_safety
from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.zip_safety import open_zip, read_member

LIMITS = Limits(max_bytes=200 * 2**20)


def archive(members: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes, name: str, limits=LIMITS) -> bytes:
    opened = open_zip(data, "a.zip", limits)
    return read_member(opened, opened.getinfo(name), "a.zip")


def test_a_sound_archive_is_read():
    data = archive({"一.txt": b"words", "b": b""})
    assert read(data, "一.txt") == b"words"
    opened = open_zip(data, "a.zip", LIMITS)
    assert read_member(opened, opened.getinfo("一.txt"), "a.zip", 2) == b"wo"


def test_a_bomb_is_refused_by_its_total():
    data = archive({f"{number}": bytes(2**20) for number in range(3)})
    with pytest.raises(LimitExceeded, match="max_file_mib"):
        open_zip(data, "a.zip", Limits(max_bytes=2 * 2**20))


def test_a_bomb_is_refused_by_its_ratio():
    with pytest.raises(LimitExceeded, match="bomb"):
        open_zip(archive({"zeros": bytes(65 * 2**20)}), "a.zip", LIMITS)


def test_a_member_gives_no_more_than_the_directory_tells():
    data = bytearray(archive({"zeros": bytes(2**20)}))
    place = data.rfind(b"PK\x01\x02") + 24
    data[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(DamagedFile):
        read(bytes(data), "zeros")


def test_too_many_members_are_refused_before_they_are_listed(monkeypatch):
    monkeypatch.setattr(zip_safety, "MAX_MEMBERS", 5)
    with pytest.raises(LimitExceeded, match="5 files"):
        open_zip(archive({str(number): b"" for number in range(6)}), "a.zip", LIMITS)


def test_a_member_that_needs_a_password_is_told():
    data = bytearray(archive({"a": b"words"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    with pytest.raises(EncryptedFile, match="password"):
        read(bytes(data), "a")


def test_methods_without_a_bound_on_memory_are_not_read():
    with pytest.raises(UnsupportedFormat, match="method 12"):
        read(archive({"a": b"words"}, zipfile.ZIP_BZIP2), "a")


@pytest.mark.parametrize("length", [10, 60, 100])
def test_a_truncated_archive_is_damage(length):
    with pytest.raises(DamagedFile, match=r"a\.zip"):
        open_zip(archive({"a": b"words" * 30})[:length], "a.zip", LIMITS)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_is_an_input_error(changes):
    data = bytearray(archive({"a": b"words" * 30, "b/c": b"more"}))
    for place, value in changes:
        data[place % len(data)] = value
    with suppress(InputError):
        opened = open_zip(bytes(data), "a.zip", LIMITS)
        for member in opened.infolist():
            read_member(opened, member, "a.zip")
