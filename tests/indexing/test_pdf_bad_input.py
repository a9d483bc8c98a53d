"""Bad PDFs: each gets the error that says what to do, and one bad page does not cost the others."""

import io
import pickle
import re

import pytest
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnreadableFile
from chartwell.indexing.loaders.parsed import Limits, TextBlock
from chartwell.indexing.loaders.pdf.loader import PdfLoader


def pdf(pages=3, encrypt=None, compress=1, size=A4):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, encrypt=encrypt, pageCompression=compress, invariant=1)
    for number in range(1, pages + 1):
        canvas.drawString(60, size[1] / 2, f"Words of page {number} of this document.")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def load(tmp_path, data, limits=None):
    path = tmp_path / "na\u0308me \U0001f4c8.pdf"
    path.write_bytes(data)
    return PdfLoader().load(path, limits or Limits())


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, TextBlock)]


def test_a_password_is_asked_for_by_name(tmp_path):
    locked = pdfencrypt.StandardEncryption("secret", canPrint=0)
    with pytest.raises(EncryptedFile, match="needs a password") as caught:
        load(tmp_path, pdf(encrypt=locked))
    assert "without a password" in caught.value.hint


def test_an_empty_user_password_opens_normally(tmp_path):
    locked = pdfencrypt.StandardEncryption("", ownerPassword="owner", strength=128)
    assert len(texts(load(tmp_path, pdf(encrypt=locked)))) == 3


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n", b"%PDF-1.7\nthis is not a document at all" * 50, b"\x00" * 5000, b"<html>not a PDF</html>"],
)
def test_garbage_is_damaged(tmp_path, data):
    with pytest.raises(DamagedFile, match="no readable PDF"):
        load(tmp_path, data)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_truncated_file_is_damaged_whatever_can_be_rescued(tmp_path, share):
    data = pdf(pages=40)
    with pytest.raises(DamagedFile):
        load(tmp_path, data[: int(len(data) * share)])


def test_an_empty_file_and_a_missing_one(tmp_path):
    with pytest.raises(DamagedFile, match="empty"):
        load(tmp_path, b"")
    with pytest.raises(UnreadableFile):
        PdfLoader().load(tmp_path / "gone.pdf", Limits())


def test_a_file_without_pages_is_damaged(tmp_path):
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    with pytest.raises(DamagedFile, match=r"no pages|no readable"):
        load(tmp_path, assemble(objects))


def assemble(objects):
    """A PDF of the given objects with a correct cross-reference table; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def test_too_many_pages_are_refused_before_any_is_parsed(tmp_path):
    # One page object counted ten thousand times over: small in the file, large in work.
    kids = b"3 0 R " * 10_000
    bomb = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 10000 /Kids [" + kids + b"] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        ]
    )
    with pytest.raises(LimitExceeded, match="10,000 pages"):
        load(tmp_path, bomb)


def test_too_many_characters_and_bytes_are_refused(tmp_path):
    with pytest.raises(LimitExceeded, match="characters"):
        load(tmp_path, pdf(pages=5), Limits(max_characters=100))
    with pytest.raises(LimitExceeded, match="bytes"):
        load(tmp_path, pdf(pages=5), Limits(max_bytes=500))


def test_one_damaged_page_is_a_warning_that_names_it(tmp_path):
    data = pdf(pages=3, compress=0)
    kids = re.search(rb"/Kids \[ (\d+ 0 R) (\d+ 0 R) (\d+ 0 R) \]", data)
    broken = data[: kids.start(2)] + re.sub(rb"\d", b"0", kids.group(2)) + data[kids.end(2) :]
    document = load(tmp_path, broken)
    assert texts(document) == ["Words of page 1 of this document.", "Words of page 3 of this document."]
    assert any(re.search(r"page 2\b", warning, re.IGNORECASE) for warning in document.warnings)
    assert len(document.pages) == 3


def test_a_blank_page_is_mentioned(tmp_path):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 700, "Words.")
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    (warning,) = load(tmp_path, buffer.getvalue()).warnings
    assert "page 2" in warning


def test_a_page_of_absurd_size_is_read(tmp_path):
    document = load(tmp_path, pdf(pages=1, size=(10**6, 10**6)))
    assert texts(document) == ["Words of page 1 of this document."]


def test_pages_without_area_are_left_out(tmp_path):
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s 300] >>"
    data = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >>",
            page % b"0",
            page % b"1e30",
        ]
    )
    try:
        document = load(tmp_path, data)
    except InputError:
        return
    assert document.warnings


def test_random_damage_never_ends_in_an_unknown_error(tmp_path):
    data = pdf(pages=4)
    for seed in range(60):
        damaged = bytearray(data)
        for step in range(1 + seed % 7):
            position = (seed * 7919 + step * 104_729) % len(damaged)
            damaged[position] = (damaged[position] + 1 + seed) % 256
        try:
            document = load(tmp_path, bytes(damaged))
        except InputError:
            continue
        assert document.pages


def test_the_result_can_cross_process_borders_and_is_the_same_every_time(tmp_path):
    data = pdf(pages=3)
    first, second = load(tmp_path, data), load(tmp_path, data)
    assert first == second == pickle.loads(pickle.dumps(first))  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(PdfLoader())).media_types == ("application/pdf",)  # noqa: S301 - our own bytes
