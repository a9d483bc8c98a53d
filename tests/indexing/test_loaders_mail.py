"""E-mails: headers, the better form of the text, pictures in it, attachments, and malformed MIME."""

import io
from contextlib import closing
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chartwell.errors import DamagedFile, EncryptedFile, InputError, LimitExceeded, UnsupportedFormat
from chartwell.indexing.loaders.containers import open_container
from chartwell.indexing.loaders.mail import MailLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, ParsedDocument, TableBlock, TextBlock
from chartwell.indexing.loaders.registry import load, sniff

LIMITS = Limits()
CHART = io.BytesIO()
Image.new("RGB", (80, 60), "teal").save(CHART, "PNG")
CHART = CHART.getvalue()
HEAD = "Message-ID: <1@example.org>\r\nFrom: Ann <ann@example.org>\r\nDate: Tue, 5 Mar 2024 14:02:11 +0800\r\n"


def message(text="The keeper counts 88 gulls.", **headers):
    mail = EmailMessage()
    mail["Subject"] = "Gulls"
    mail["From"] = "Ann Lee <ann@example.org>"
    mail["To"] = "王小明 <wang@example.org>"
    mail["Date"] = "Tue, 5 Mar 2024 14:02:11 +0800"
    for name, value in headers.items():
        mail[name] = value
    if text is not None:
        mail.set_content(text)
    return mail


def written(folder, mail, name="a.eml"):
    path = folder / name
    path.write_bytes(mail if isinstance(mail, bytes) else mail.encode() if isinstance(mail, str) else bytes(mail))
    return path


def read(folder, mail, limits=LIMITS):
    return MailLoader().load(written(folder, mail), limits)


def texts(document):
    return [(block.kind, block.text) for block in document.blocks if isinstance(block, TextBlock)]


def body(document):
    """The texts below the headers."""
    return [text for _, text in texts(document)[2:]]


def figures(document):
    return [block for block in document.blocks if isinstance(block, FigureBlock)]


def names(document):
    return [member.name for member in document.members]


def taken_out(path, name, folder):
    with closing(open_container(path, LIMITS)) as container:
        container.extract(name, folder / "out")
    return (folder / "out").read_bytes()


def test_headers_text_and_properties(tmp_path):
    document = read(tmp_path, message("Dear Ming,\n\nthe keeper counts 88 gulls.\n", Cc="b@x.org"))
    assert texts(document) == [
        ("heading", "Gulls"),
        (
            "paragraph",
            "From: Ann Lee <ann@example.org>\nTo: 王小明 <wang@example.org>\nCc: b@x.org\nDate: 2024-03-05 14:02+08:00",
        ),
        ("paragraph", "Dear Ming,"),
        ("paragraph", "the keeper counts 88 gulls."),
    ]
    assert (document.title, document.media_type, document.pages) == ("Gulls", "message/rfc822", ())
    assert document.properties == {
        "from": "Ann Lee <ann@example.org>",
        "to": "王小明 <wang@example.org>",
        "date": "2024-03-05",
    }
    places = [span.region.box for block in document.blocks for span in block.spans]
    assert all(0 <= box.y0 <= box.y1 <= 1 for box in places)
    assert [box.y0 for box in places] == sorted(box.y0 for box in places)


def test_replies_are_kept_as_quotations(tmp_path):
    document = read(tmp_path, message("Yes.\n\nOn Monday Bo wrote:\n> How many\n> gulls?\n>\n>> Older words\n\nAnn"))
    assert texts(document)[2:] == [
        ("paragraph", "Yes."),
        ("paragraph", "On Monday Bo wrote:"),
        ("quote", "How many gulls?"),
        ("quote", "Older words"),
        ("paragraph", "Ann"),
    ]


@pytest.mark.parametrize(("charset", "text"), [
    ("gb18030", "港口的灯塔看守人数了八十八只海鸥。"),
    ("gb2312", "港口的灯塔看守人数了海鸥。"),
    ("big5", "港口的燈塔看守人數了海鷗。"),
    ("iso-2022-jp", "灯台守はカモメを数えた。"),
    ("utf-8", "灯塔 Möwen"),
    ("windows-1252", "Der Leuchtturmwärter zählt Möwen."),
    ("iso-8859-1", "\xa1Tres gaviotas y un faro!"),
])  # fmt: skip
@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
def test_charsets_of_bodies(tmp_path, charset, text, transfer):
    import base64
    import quopri

    data = text.encode(charset)
    encoded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}[transfer](data)
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n"
    assert texts(read(tmp_path, head.encode() + encoded))[1:] == [("paragraph", text)]


@pytest.mark.parametrize("subject", [
    b"=?gb2312?B?xOq2yLGouOY=?=",
    b"=?UTF-8?Q?=E5=B9=B4=E5=BA=A6?=\r\n =?utf-8?B?5oql5ZGK?=",
    "年度报告".encode(),
    "年度报告".encode("gb18030"),
    b"=?unknown?B?5bm05bqm5oql5ZGK?=",
])  # fmt: skip
def test_subjects_of_any_encoding(tmp_path, subject):
    assert read(tmp_path, HEAD.encode() + b"Subject: " + subject + b"\r\n\r\nText").title == "年度报告"


def test_html_stands_in_for_a_missing_or_empty_text(tmp_path):
    mail = message(None)
    mail.set_content("<p>Only <b>HTML</b></p><script>steal()</script><img src='http://x.org/spy.gif'>", subtype="html")
    document = read(tmp_path, mail)
    assert body(document) == ["Only HTML"]
    assert "remote" in document.skipped_figures[0].reason
    both = message(" \n")
    both.add_alternative("<p>Rich</p>", subtype="html")
    assert body(read(tmp_path, both)) == ["Rich"]


def test_the_plain_text_is_read_once_where_the_html_says_the_same(tmp_path):
    mail = message("The keeper counts 88 gulls.")
    mail.add_alternative("<table><tr><td><p>The keeper counts 88 gulls.</p></td></tr></table>", subtype="html")
    assert body(read(tmp_path, mail)) == ["The keeper counts 88 gulls."]


def test_html_is_read_where_only_it_shows_tables(tmp_path):
    mail = message("Year Gulls 2021 88")
    mail.add_alternative("<table><tr><th>Year<th>Gulls<tr><td>2021<td>88</table>", subtype="html")
    document = read(tmp_path, mail)
    assert body(document) == []
    (table,) = [block.table for block in document.blocks if isinstance(block, TableBlock)]
    assert table.rows == (("Year", "Gulls"), ("2021", "88"))


def test_pictures_in_the_text_are_figures_and_attached_ones_are_members(tmp_path):
    mail = message("See the chart: [image]")
    mail.add_alternative("<p>See the chart:</p><img src='cid:chart%40x' alt='Gulls a year'>", subtype="html")
    mail.get_payload()[1].add_related(CHART, "image", "png", cid="<chart@x>", filename="image001.png")
    mail.add_attachment(CHART, maintype="image", subtype="png", filename="photo.png")
    document = read(tmp_path, mail)
    assert [figure.caption for figure in figures(document)] == ["Gulls a year"]
    assert figures(document)[0].image.data == CHART
    assert names(document) == ["photo.png"]


def test_inline_pictures_that_no_text_shows_are_figures_too(tmp_path):
    mail = message()
    mail.add_attachment(CHART, maintype="image", subtype="png", filename="chart.png", disposition="inline")
    document = read(tmp_path, mail)
    assert len(figures(document)) == 1
    assert names(document) == []


def test_attachments_are_members_under_safe_names(tmp_path):
    mail = message()
    for name in ("../../etc/passwd", "C:\\temp\\a.csv", "报告.pdf", "a.csv", "x" * 300 + ".txt", ""):
        mail.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename=name or None)
    document = read(tmp_path, mail)
    assert names(document) == ["passwd", "a.csv", "报告.pdf", "a (2).csv", "x" * 300 + ".txt", "attachment.csv"]
    assert {member.size for member in document.members} == {8}
    assert taken_out(tmp_path / "a.eml", "a (2).csv", tmp_path) == b"a,b\n1,2\n"
    assert body(document) == ["The keeper counts 88 gulls."]


@pytest.mark.parametrize("field", [
    'filename="=?gb2312?B?xOq2yLGouOY=?=.pdf"',
    "filename*=UTF-8''%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.pdf",
    "filename*0*=utf-8''%E5%B9%B4%E5%BA%A6; filename*1*=%E6%8A%A5%E5%91%8A.pdf",
    'filename="年度报告.pdf"',
])  # fmt: skip
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_names_of_attachments_in_any_encoding(tmp_path, field, codec):
    part = f"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; {field}\r\n\r\nx\r\n--b--\r\n"
    mail = HEAD.encode() + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part.encode(codec)
    assert names(read(tmp_path, mail)) == ["年度报告.pdf"]


def test_a_forwarded_message_is_a_member_with_its_own_attachments(tmp_path):
    inner = message(
        "Inner words.",
    )
    inner.replace_header("Subject", "Re: a/b report")
    inner.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="x.bin")
    outer = message("Outer words.")
    outer.add_attachment(inner)
    document = read(tmp_path, outer)
    assert names(document) == ["Re: a b report.eml"]
    assert "Inner words." not in str(texts(document))
    again = read(tmp_path, taken_out(tmp_path / "a.eml", "Re: a b report.eml", tmp_path))
    assert body(again) == ["Inner words."]
    assert names(again) == ["x.bin"]


def test_texts_around_an_attachment_stay_together(tmp_path):
    mail = message("First.")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="x.pdf")
    mail.attach(message("Second."))
    mail.get_payload()[-1].set_type("text/plain")
    assert body(read(tmp_path, mail)) == ["First.", "Second."]


def test_a_multipart_that_lost_its_boundary_is_read_as_text(tmp_path):
    mail = f"{HEAD}Content-Type: multipart/mixed\r\n\r\nAll that is left of it.\r\n"
    assert texts(read(tmp_path, mail))[1:] == [("paragraph", "All that is left of it.")]


def test_empty_parts_without_a_name_are_none(tmp_path):
    mail = f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/x\r\n\r\n\r\n--b--"
    assert read(tmp_path, mail).members == ()


def test_what_lies_elsewhere_is_never_fetched(tmp_path):
    kind = 'message/external-body; access-type=URL; URL="http://x.org/a"'
    mail = f"{HEAD}Content-Type: {kind}\r\n\r\nContent-Type: text/plain\r\n\r\n"
    (member,) = read(tmp_path, mail).members
    assert isinstance(member.problem, UnsupportedFormat)
    assert "nothing is fetched" in str(member.problem)


@pytest.mark.parametrize("kind", [
    'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
    "application/pkcs7-mime; smime-type=enveloped-data",
])  # fmt: skip
def test_an_encrypted_message_is_encrypted(tmp_path, kind):
    with pytest.raises(EncryptedFile, match=r"a\.eml"):
        read(tmp_path, f"{HEAD}Content-Type: {kind}\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n")


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Tue, 5 Mar 99999 14:02:11 +0800", "Mon, 1 Jan 0001 00:00:00 +9999", "5"]
)
def test_odd_dates_are_shown_as_they_are(tmp_path, date):
    document = read(tmp_path, f"From: a@b.c\r\nDate: {date}\r\n\r\nText")
    assert ("date" in document.properties) is False
    assert date in texts(document)[0][1]


def test_headers_cannot_smuggle_in_lines(tmp_path):
    document = read(tmp_path, "From: a@b.c\r\nSubject: =?utf-8?Q?One=0D=0ABcc:_x=1B[31m?=\r\n\r\nText")
    assert document.title == "One Bcc: x[31m"


def test_a_web_page_saved_as_mail_shows_its_pictures(tmp_path):
    mail = message(None)
    mail.set_content("<h1>Page</h1><img src='http://x.org/chart.png'>", subtype="html")
    mail.add_related(CHART, "image", "png")
    mail.get_payload()[1]["Content-Location"] = "http://x.org/chart.png"
    document = load(written(tmp_path, mail, "page.mht"), LIMITS)
    assert len(figures(document)) == 1
    assert names(document) == []


@pytest.mark.parametrize("nesting", [40, 60, 400, 3_000])
def test_endless_nesting_ends(tmp_path, nesting):
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(nesting))
    path = written(tmp_path, f"{HEAD}{parts}\r\ndeep words\r\n")
    if nesting < 50:
        assert texts(load(path, LIMITS))[-1] == ("paragraph", "deep words")
        return
    with pytest.raises(DamagedFile, match=r"a\.eml nests"):
        load(path, LIMITS)


def test_limits(tmp_path):
    parts = "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n" * 30
    mail = f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--"
    assert len(read(tmp_path, mail).members) == 30
    with pytest.raises(LimitExceeded, match=r"a\.eml has more than 20 parts"):
        read(tmp_path, mail, Limits(max_members=20))
    with pytest.raises(LimitExceeded, match=r"a\.eml has .* bytes"):
        read(tmp_path, mail, Limits(max_bytes=100))


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.eml", f"{HEAD}\r\nText", "message/rfc822"),
        ("a.txt", f"{HEAD}MIME-Version: 1.0\r\n\r\nText", "message/rfc822"),
        ("a", f"Received: from x\r\n by y\r\n{HEAD}\r\nText", "message/rfc822"),
        ("a.eml", "Subject: only this\n\nText", "message/rfc822"),
        ("a.eml", "\ufeffFrom: a@b.c\n\nText", "message/rfc822"),
        ("a.eml", "From ann Tue Mar  5 14:02:11 2024\nFrom: a@b.c\n\nText", "message/rfc822"),
        ("a.txt", "From: Ann\nTo: Bo\nDate: Monday\nSubject: Note\n\nDear Bo", "text/plain"),
        ("a.txt", "Note: remember\nDate: today\n\nText", "text/plain"),
        ("a.md", "From: the harbour\n\nA story.", "text/markdown"),
        ("a.eml", "Just words, no headers at all.\n", "text/plain"),
        ("a.txt", f"An e-mail begins like this:\n{HEAD}\nText", "text/plain"),
    ],
)
def test_headers_tell_a_mail_from_a_note(tmp_path, name, content, media_type):
    assert sniff(written(tmp_path, content, name)) == media_type


def test_a_mailbox_is_named(tmp_path):
    path = written(tmp_path, f"From ann Tue Mar  5 14:02:11 2024\r\n{HEAD}MIME-Version: 1.0\r\n\r\nText", "all.mbox")
    with pytest.raises(UnsupportedFormat, match="mailbox"):
        load(path, LIMITS)


def _seeds():
    mail = message("Plain\n> quoted\n")
    mail.add_alternative("<p>Rich <img src='cid:c@x'></p><table><tr><th>a<th>b<tr><td>1<td>2</table>", subtype="html")
    mail.get_payload()[1].add_related(CHART, "image", "png", cid="<c@x>")
    mail.add_attachment("年,值\n1,2\n", subtype="csv", filename="年度报告.csv")
    mail.add_attachment(message("Inner"))
    yield bytes(mail)
    yield (
        f"{HEAD}Subject: =?gb2312?B?xOq2yLGouOY=?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n".encode()
        + b"\xc4\xea" * 9
    )


SEEDS = list(_seeds())
TOKENS = st.sampled_from(
    [
        *(b"\r\n", b"\n\n", b"--", b'"', b";", b"=?x?B?", b"?=", b"\0", b"\xff", b"<", b"multipart/mixed", b"base64"),
        *(b"boundary=", b"charset=\xe9", b"filename*9999999999*=", b"filename*0*=''%", b"uuencode", b"message/rfc822"),
    ]
)


@settings(max_examples=300)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 4_000), st.binary(max_size=2) | TOKENS), max_size=8),
    st.integers(0, 6_000),
)
def test_any_damaged_mail(tmp_path_factory, seed, changes, length):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    data = seed[: max(length, 1)]
    for place, value in changes:
        start = place % len(data)
        data = data[:start] + value + data[start + len(value) :]
    path = written(folder, data or b"x")
    try:
        outcome = MailLoader().load(path, LIMITS)
        with closing(open_container(path, LIMITS)) if sniff(path) == "message/rfc822" else io.BytesIO() as container:
            for number, member in enumerate(outcome.members if hasattr(container, "members") else ()):
                assert container.members[number] == member or member.problem
    except InputError as error:
        outcome = error
    assert isinstance(outcome, ParsedDocument) or str(path) in str(outcome)
