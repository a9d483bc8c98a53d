"""ZIP archives: what they list, under which names, and what becomes of hostile ones."""

import io
import os
import struct
import zipfile
import zlib
from contextlib import closing
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnreadableFile, UnsupportedFormat
from chartwell.indexing.loaders.containers import open_container
from chartwell.indexing.loaders.member_names import disk_name, safe_names
from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.registry import load, sniff

LIMITS = Limits()


def packed(path, members, compression=zipfile.ZIP_DEFLATED):
    """An archive of (name or ZipInfo, content) pairs."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def raw_archive(path, names, *, flags=0, extra=b""):
    """An archive whose names are bytes of any encoding, as old programs wrote them."""
    body, directory = b"", b""
    for name in names:
        data = b"content of " + name
        common = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        central = struct.pack(
            "<HHHHHIIIHH", 20, flags, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), len(extra)
        )
        directory += (
            b"PK\1\2" + struct.pack("<H", 20) + central + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name + extra
        )
        body += b"PK\3\4" + common + name + data
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\5\6" + end)
    return path


def listed(path, limits=LIMITS):
    return {member.name: member for member in load(path, limits).members}


def extracted(path, name, folder, limits=LIMITS):
    target = folder / "extracted"
    target.unlink(missing_ok=True)
    with closing(open_container(path, limits)) as archive:
        archive.extract(name, target)
    return target.read_bytes()


def test_files_are_listed_with_their_sizes_and_folders_are_not(tmp_path):
    path = packed(tmp_path / "a.zip", [("one.txt", "1"), ("sub/", ""), ("sub/two.md", "two"), ("empty.txt", "")])
    document = load(path, LIMITS)
    assert [(member.name, member.size) for member in document.members] == [
        ("one.txt", 1),
        ("sub/two.md", 3),
        ("empty.txt", 0),
    ]
    assert (document.media_type, document.title, document.blocks) == ("application/zip", "a", ())
    assert extracted(path, "sub/two.md", tmp_path) == b"two"


def test_hidden_files_and_what_macos_adds_are_told_once(tmp_path):
    names = [".git/config", ".git/HEAD", "sub/.DS_Store", "__MACOSX/._a.md", "__MACOSX/._b.md", "a.md"]
    members = listed(packed(tmp_path / "a.zip", [(name, "x") for name in names]))
    assert {name for name, member in members.items() if member.hidden} == {".git", "sub/.DS_Store", "__MACOSX"}
    assert not members["a.md"].hidden


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\x\\report.pdf", "Users/x/report.pdf"),
        ("a/../../b.txt", "a/b.txt"),
        ("./././c.txt", "c.txt"),
        ("back\\slash.txt", "back/slash.txt"),
        ("bell\x07 and \x1b[31m.txt", "bell and [31m.txt"),
        ("line\nbreak.txt", "linebreak.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("..", "unnamed"),
        ("\\\\server\\share\\x.txt", "server/share/x.txt"),
    ],
)
def test_no_name_leads_out(given, safe):
    assert safe_names([given]) == [safe]


def test_names_given_twice_are_numbered_also_against_folders():
    names = ["a.txt", "a.txt", "a (2).txt", "../a.txt", "dir", "dir/b.txt"]
    assert safe_names(names) == ["a.txt", "a (2).txt", "a (2) (2).txt", "a (3).txt", "dir (2)", "dir/b.txt"]


PIECES = st.sampled_from(
    ["..", ".", "", "a", "b.txt", "C:", "\\", "报告.pdf", "\0", "\n", " ", "~", "é", "e\u0301", "x" * 300]
)


@given(st.lists(st.lists(PIECES, max_size=5).map("/".join) | st.text(max_size=12), max_size=8))
def test_any_names_become_relative_unique_and_writable(names):
    safe = safe_names(names)
    assert len(set(safe)) == len(safe) == len(names)
    for name in safe:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert name == str(path)
        assert not {"..", ".", ""} & set(name.split("/"))
        assert "\0" not in name
        assert not any(str(parent) in safe for parent in path.parents)
        assert 0 < len(disk_name(name).encode()) <= 255
        assert "/" not in disk_name(name)


def test_a_changed_name_is_told_and_a_truncated_one_keeps_its_extension(tmp_path):
    path = packed(tmp_path / "a.zip", [("../evil.md", "x"), ("长" * 200 + ".pdf", "x"), ("same.md", "x")])
    document = load(path, LIMITS)
    assert document.warnings == ("'../evil.md' is indexed as 'evil.md'.",)
    assert disk_name(document.members[1].name).endswith("长.pdf")


@pytest.mark.parametrize(
    ("name", "codec", "flags"),
    [
        ("财务报告二〇二三年度.pdf", "gb18030", 0),
        ("年度報告書與財務報表.pdf", "big5", 0),
        ("決算報告書のまとめ.pdf", "cp932", 0),
        ("财务报告.pdf", "utf-8", 0x800),
        ("财务报告.pdf", "utf-8", 0),
        ("Übersicht café.pdf", "cp437", 0),
    ],
)
def test_names_in_the_encodings_of_their_writers(tmp_path, name, codec, flags):
    path = raw_archive(tmp_path / "a.zip", [name.encode(codec)], flags=flags)
    assert list(listed(path)) == [name]
    assert extracted(path, name, tmp_path) == b"content of " + name.encode(codec)


def test_the_unicode_path_of_info_zip_goes_before(tmp_path):
    raw = b"report?.pdf"
    field = b"\1" + struct.pack("<I", zlib.crc32(raw)) + "报告.pdf".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert list(listed(raw_archive(tmp_path / "a.zip", [raw], extra=extra))) == ["报告.pdf"]


def test_a_name_with_a_nul_ends_there(tmp_path):
    assert list(listed(raw_archive(tmp_path / "a.zip", [b"safe.txt\0.exe"]))) == ["safe.txt"]


def test_an_endless_name_costs_its_file_alone(tmp_path):
    members = listed(packed(tmp_path / "a.zip", [("x" * 5_000 + ".md", "x"), ("good.md", "x")]))
    bad, good = members.values()
    assert isinstance(bad.problem, LimitExceeded)
    assert len(bad.name) < 200
    assert good.problem is None


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644, 0o060644])
def test_links_and_devices_are_not_followed(tmp_path, kind):
    entry = zipfile.ZipInfo("link.md")
    entry.external_attr = kind << 16
    member = listed(packed(tmp_path / "a.zip", [(entry, "/etc/passwd")]))["link.md"]
    assert isinstance(member.problem, UnsupportedFormat)
    assert "a.zip holds 'link.md'" in str(member.problem)


def test_an_encrypted_file_costs_itself_alone(tmp_path):
    path = packed(tmp_path / "a.zip", [("secret.md", "x"), ("good.md", "x")])
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    members = listed(path)
    assert isinstance(members["secret.md"].problem, EncryptedFile)
    assert members["good.md"].problem is None
    with pytest.raises(EncryptedFile, match="secret"):
        extracted(path, "secret.md", tmp_path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_compression_are_named(tmp_path, compression):
    path = packed(tmp_path / "a.zip", [("a.md", "x" * 100)], compression)
    assert "compressed by method" in str(listed(path)["a.md"].problem)


def test_a_checksum_that_does_not_fit_is_damage(tmp_path):
    path = packed(tmp_path / "a.zip", [("a.md", "The tide was high."), ("b.md", "x")], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"tide", b"tidy"))
    with pytest.raises(DamagedFile, match=r"a\.zip is damaged.*a\.md"):
        extracted(path, "a.md", tmp_path)
    assert extracted(path, "b.md", tmp_path) == b"x"


def test_a_truncated_archive_is_damage(tmp_path):
    path = packed(tmp_path / "a.zip", [(f"{number}.md", os.urandom(100)) for number in range(20)])
    path.write_bytes(path.read_bytes()[:1_500])
    with pytest.raises(DamagedFile, match=r"a\.zip is damaged"):
        load(path, LIMITS)


@pytest.mark.parametrize("members", [[], [("folder/", "")]])
def test_an_archive_without_files_is_damage(tmp_path, members):
    with pytest.raises(DamagedFile, match="without any files"):
        load(packed(tmp_path / "a.zip", members), LIMITS)


def test_a_missing_member_is_told(tmp_path):
    path = packed(tmp_path / "a.zip", [("a.md", "x")])
    with pytest.raises(UnreadableFile, match=r"no longer holds 'b\.md'"):
        extracted(path, "b.md", tmp_path)


class TestBombs:
    def test_one_member_of_endless_zeros(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.txt", "w") as file:
            for _ in range(100):
                file.write(bytes(2**20))
        assert "decompression bombs" in str(listed(path)["zeros.txt"].problem)

    def test_a_size_that_is_a_lie_bounds_what_is_read(self, tmp_path):
        path = packed(tmp_path / "a.zip", [("zeros.txt", bytes(10_000_000))])
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, data.index(b"PK\1\2") + 24, 1_000)
        path.write_bytes(data)
        with pytest.raises(DamagedFile):
            extracted(path, "zeros.txt", tmp_path)
        assert (tmp_path / "extracted").stat().st_size <= 1_000

    def test_more_bytes_together_than_the_limit(self, tmp_path):
        path = packed(tmp_path / "a.zip", [(f"{number}.txt", bytes(1_000)) for number in range(11)])
        assert len(listed(path, Limits(max_unpacked_bytes=11_000))) == 11
        with pytest.raises(LimitExceeded, match=r"unpacks to 11,000 bytes.*max_unpacked_mib"):
            load(path, Limits(max_unpacked_bytes=10_000))

    def test_more_files_than_the_limit(self, tmp_path):
        path = packed(tmp_path / "a.zip", [(f"{number}.txt", "") for number in range(11)])
        with pytest.raises(LimitExceeded, match=r"11 files.*max_archive_members"):
            load(path, Limits(max_members=10))

    def test_entries_that_share_their_bytes(self, tmp_path):
        """As in D. Fifield's bombs: many entries of the directory, one compressed kernel."""
        path = packed(tmp_path / "a.zip", [("kernel.txt", bytes(50_000))])
        data = path.read_bytes()
        start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
        entries = data[start:end] * 50
        tail = struct.pack("<HHHHIIH", 0, 0, 50, 50, len(entries), start, 0)
        path.write_bytes(data[:start] + entries + b"PK\5\6" + tail)
        with pytest.raises(LimitExceeded, match="share the same bytes"):
            load(path, LIMITS)

    def test_an_endless_directory_is_refused_before_it_is_read(self, tmp_path):
        path = packed(tmp_path / "a.zip", [("a.txt", "x")])
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, data.index(b"PK\5\6") + 12, 2**31)
        path.write_bytes(data)
        with pytest.raises(LimitExceeded, match="list of files"):
            load(path, LIMITS)

    def test_a_single_file_larger_than_the_limit_of_files(self, tmp_path):
        path = packed(tmp_path / "a.zip", [("big.txt", bytes(2_000)), ("small.txt", "x")])
        members = listed(path, Limits(max_bytes=1_500))
        assert "max_file_mib" in str(members["big.txt"].problem)
        assert members["small.txt"].problem is None


@pytest.mark.parametrize(
    ("name", "members", "media_type"),
    [
        ("a.zip", [("a.txt", "x")], "application/zip"),
        ("a.bin", [("a.txt", "x")], "application/zip"),
        ("a.epub", [("a.txt", "x")], "application/epub+zip"),
        (
            "book.zip",
            [("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<x/>")],
            "application/epub+zip",
        ),
        ("words.zip", [("notes/word/readme.txt", "x"), ("epub+zip.txt", "x")], "application/zip"),
    ],
)
def test_content_tells_archives_from_books(tmp_path, name, members, media_type):
    assert sniff(packed(tmp_path / name, members, zipfile.ZIP_STORED)) == media_type


def test_an_archive_of_uncompressed_documents_is_an_archive(tmp_path):
    book = io.BytesIO()
    packed(book, [("mimetype", "application/epub+zip")], zipfile.ZIP_STORED)
    path = packed(tmp_path / "a.zip", [("book.epub", book.getvalue())], zipfile.ZIP_STORED)
    assert sniff(path) == "application/zip"


BASE = io.BytesIO()
packed(BASE, [("a.md", "The tide was high." * 20), ("sub/报告.txt", "x"), (".hidden", "x")])
BASE = BASE.getvalue()


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 60),
)
def test_any_damaged_archive(tmp_path_factory, changes, cut):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    damaged = bytearray(BASE)
    for place, value in changes:
        damaged[place] = value
    path = folder / "a.zip"
    path.write_bytes(damaged[: len(BASE) - max(0, cut - 30)])
    outcomes = []
    try:
        for member in load(path, LIMITS).members:
            if member.problem is None and not member.hidden:
                extracted(path, member.name, folder)
            outcomes.append(member.problem)
    except InputError as error:
        outcomes.append(error)
    assert all(error is None or str(path) in str(error) for error in outcomes)
