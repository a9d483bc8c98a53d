"""What a file is, told by content; and files that must not be opened, or are no documents."""

import io
import os
import socket
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from chartwell.errors import DamagedFile, LimitExceeded, UnreadableFile, UnsupportedFormat
from chartwell.indexing.loaders.office.sniffing import DOCX, PPTX, XLSX
from chartwell.indexing.loaders.parsed import Limits
from chartwell.indexing.loaders.registry import SUPPORTED, load, loader_for, sniff


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(buffer, kind)
    return buffer.getvalue()


def zipped(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "<xml/>")
    return buffer.getvalue()


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.txt", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("a.bin", b"\0\1\2junk" * 20 + b"%PDF-1.4\n", "application/pdf"),
        ("about-pdf.md", "# Formats\n\nA PDF begins with `%PDF-1.7`.\n", "text/markdown"),
        ("a.png", picture("PNG"), "image/png"),
        ("png-named.pdf", picture("PNG"), "image/png"),
        ("no-extension", picture("JPEG"), "image/jpeg"),
        ("a.txt", picture("WEBP"), "image/webp"),
        ("gif-named.png", picture("GIF"), "image/gif"),
        ("a.tiff", picture("TIFF"), "image/tiff"),
        ("a.md", "# Title\n", "text/markdown"),
        ("README.MARKDOWN", "# Title\n", "text/markdown"),
        ("a.txt", "<!DOCTYPE html>\n<html><body>x</body></html>", "text/html"),
        ("a.csv", '<?xml version="1.0"?>\n<!-- x -->\n<html></html>', "text/html"),
        ("fragment.html", "<p>one", "text/html"),
        ("readme.md", '<div align="center">logo</div>\n\n# Title', "text/markdown"),
        ("a.csv", "a,b\n1,2\n", "text/csv"),
        ("a.tsv", "a\tb\n", "text/tab-separated-values"),
        ("notes", "some notes", "text/plain"),
        ("a.json", '{"a": 1}', "text/plain"),
        ("中文 😀\n.md", "# 标题", "text/markdown"),
        ("a.zip", zipped("word/document.xml"), DOCX),
        ("a.docx", zipped("ppt/presentation.xml"), PPTX),
        ("no-extension", zipped("xl/workbook.xml"), XLSX),
        ("utf16.html", "<html>é</html>".encode("utf-16"), "text/html"),
    ],
)
def test_content_decides_and_the_extension_only_between_kinds_of_text(tmp_path, name, content, media_type):
    assert sniff(written(tmp_path, name, content)) == media_type


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsb", zipped("xl/workbook.bin"), "binary Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Microsoft Office"),
        ("a.ico", picture("ICO"), "an icon"),
        ("a.rtf", r"{\rtf1 x}", "Rich Text"),
        ("a.svg", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        ("a.out", b"\x7fELF\2\1\1" + bytes(64), "ELF"),
        ("~$report.docx", b"\x06Author" + bytes(155), "has a document open"),
        ("a.dat", bytes(range(32)) * 8, "unknown kind"),
    ],
)
def test_other_formats_are_named_and_the_user_told_what_to_do(tmp_path, name, content, said):
    path = written(tmp_path, name, content)
    with pytest.raises(UnsupportedFormat, match=said) as caught:
        load(path, Limits())
    assert str(path) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["notes.txt", "a.md", "a.csv", "a.html", "a.pdf", "a.png"])
def test_binary_data_under_a_known_name_is_damage(tmp_path, name):
    with pytest.raises(DamagedFile, match="holds"):
        load(written(tmp_path, name, bytes(range(256)) * 4), Limits())


def test_text_named_as_a_picture_is_damage(tmp_path):
    with pytest.raises(DamagedFile, match="holds text"):
        load(written(tmp_path, "a.png", "version https://git-lfs.github.com/spec/v1\n"), Limits())


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a", "a.csv", "a.png"])
def test_an_empty_file_is_damage(tmp_path, name):
    with pytest.raises(DamagedFile, match="empty"):
        load(written(tmp_path, name, b""), Limits())


def test_size_is_checked_before_anything_is_read(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2**40)  # a sparse file: reading a terabyte would not end
    with pytest.raises(LimitExceeded, match="max_file_mib"):
        load(path, Limits(max_bytes=1000))


def test_what_is_missing_or_no_file_is_unreadable(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "socket"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "to-pipe").symlink_to(tmp_path / "pipe")
    cases = {
        tmp_path / "missing.pdf": "No such file",
        tmp_path: "a folder",
        tmp_path / "pipe": "named pipe",
        tmp_path / "to-pipe": "named pipe",
        tmp_path / "socket": "a socket",
        Path("/dev/zero"): "a device",
        tmp_path / "loop": "symbolic links",
        tmp_path / "dangling": "No such file",
        tmp_path / "file" / "below": "No such file",
        tmp_path / ("x" * 300): "too long",
        tmp_path / "nul\0": "NUL",
    }
    for path, said in cases.items():
        with pytest.raises(UnreadableFile, match=said) as caught:
            load(path, Limits())
        assert caught.value.hint
    listener.close()


@pytest.fixture
def ordinary_user():
    """The superuser may read everything, so tests that run as root become nobody for a moment."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield
    if is_root:
        os.seteuid(0)


@pytest.fixture
def forbidden_file(tmp_path):
    path = written(tmp_path, "secret.txt", "x")
    path.chmod(0)
    return path


def test_an_archive_with_a_huge_directory_is_not_listed_to_tell_what_it_is(tmp_path):
    data = bytearray(zipped("word/document.xml"))
    place = data.rfind(b"PK\x05\x06") + 12
    data[place : place + 4] = (2**30).to_bytes(4, "little")
    with pytest.raises((UnsupportedFormat, DamagedFile, LimitExceeded), match=r"a\.docx"):
        load(written(tmp_path, "a.docx", bytes(data)), Limits())


def test_a_forbidden_file_is_unreadable(forbidden_file, ordinary_user):
    with pytest.raises(UnreadableFile, match="Permission"):
        load(forbidden_file, Limits())


def test_a_link_is_read_as_what_it_leads_to(tmp_path):
    written(tmp_path, "real.txt", "words")
    (tmp_path / "link.md").symlink_to(tmp_path / "real.txt")
    assert load(tmp_path / "link.md", Limits()).media_type == "text/markdown"


@pytest.mark.parametrize("media_type", [kind for known in SUPPORTED for kind in known.media_types])
def test_every_supported_media_type_has_a_loader_that_claims_it(media_type):
    assert media_type in loader_for(media_type).media_types
    assert media_type in loader_for(f"{media_type.upper()}; charset=utf-8").media_types


def test_an_unknown_media_type_is_unsupported():
    with pytest.raises(UnsupportedFormat, match="video/mp4"):
        loader_for("video/mp4")
