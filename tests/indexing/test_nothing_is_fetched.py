"""Formats that may point to other places: what lies there is never asked for, and what the file holds is read."""

import zipfile

import pytest
import xlsxwriter

from chartwell.indexing.loaders.parsed import Limits, TableBlock
from chartwell.indexing.loaders.registry import load


def workbook(path, url):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Ships")
        sheet.write_row(0, 0, ["Year", "Ships"])
        sheet.write_row(1, 0, [2021, 412])
        sheet.write_url(2, 0, f"{url}/year", string="2022")
        sheet.write_formula(2, 1, f"='[{url}/other.xlsx]Sheet1'!A1", value=398)
        sheet.write_formula(3, 0, f'=WEBSERVICE("{url}/service")', value="2023")
        sheet.write_formula(3, 1, f'=IMAGE("{url}/picture.png")', value=405)
    # A workbook that says its shared data lie elsewhere.
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
            f'Target="{url}/other.xlsx" TargetMode="External"/></Relationships>',
        )


def page(path, url):
    path.write_text(
        f"<html><head><base href='{url}/'><link rel=stylesheet href='{url}/style.css'>"
        f"<meta http-equiv=refresh content='0;url={url}/next'><script src='{url}/code.js'></script></head>"
        f"<body background='{url}/ground.png'><iframe src='{url}/frame.html'></iframe>"
        f"<object data='{url}/o.pdf'></object>"
        f"<img src='{url}/a.png'><img src='relative.png' srcset='{url}/b.png 2x'>"
        "<table><tr><th>Year<th>Ships</tr><tr><td>2021<td>412</tr><tr><td>2022<td>398</tr><tr><td>2023<td>405</tr>"
        "</table></body></html>",
        "utf-8",
    )


def notes(path, url):
    path.write_text(
        f"# Ships\n\n![a chart]({url}/a.png) <img src='{url}/b.png'>\n\n"
        "| Year | Ships |\n| --- | --- |\n| 2021 | 412 |\n| 2022 | 398 |\n| 2023 | 405 |\n",
        "utf-8",
    )


@pytest.mark.parametrize(
    ("make", "name", "media_type"),
    [
        (workbook, "ships.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (page, "ships.html", "text/html"),
        (notes, "ships.md", "text/markdown"),
    ],
)
def test_links_and_remote_pictures_are_left_alone(tmp_path, watched_server, make, name, media_type):
    url, requests = watched_server
    make(tmp_path / name, url)
    parsed = load(tmp_path / name, Limits())
    (table,) = (block.table for block in parsed.blocks if isinstance(block, TableBlock))
    assert [row[0] for row in table.rows] == ["Year", "2021", "2022", "2023"]
    assert table.rows[1][1] == "412"
    assert parsed.media_type == media_type
    assert requests == []
