"""A day with the interface in a real browser: upload, ask, click, correct, delete; and files that are no good."""

import io
import itertools
import json
import re
import shutil
from dataclasses import replace

import pytest

from chartwell import Chartwell
from chartwell.eval.benchmarks.served_chat import served

FERRIES = {"2019": 31, "2020": 58, "2021": 44}
FISH = {"Cod": 310, "Herring": 540, "Mackerel": 190}
FERRY_QUESTION = "How many ferries did the yard at Elmsford build in 2020?"
FISH_QUESTION = "How many tonnes of herring were landed at Skarholm?"
HEADER, ROW = 36, 35
"""Heights of a table's rows in the browser, in pixels."""


def draw(path, title, values, *, lying):
    """A bar chart; the boxes of its bars in fractions of the page, from the top left."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), dpi=150)
    axes = figure.subplots()
    bars = (axes.barh if lying else axes.bar)(list(values), list(values.values()))
    axes.bar_label(bars, labels=[str(value) for value in values.values()])
    axes.set_title(title, loc="left")
    axes.margins(x=0.1, y=0.1)
    figure.tight_layout()
    figure.savefig(path)
    figure.canvas.draw()
    width, height = figure.bbox.width, figure.bbox.height
    extents = [bar.get_window_extent() for bar in bars]
    return {
        name: (box.x0 / width, 1 - box.y1 / height, box.x1 / width, 1 - box.y0 / height)
        for name, box in zip(values, extents, strict=True)
    }


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    """A PDF and a PNG, each with one chart; where their bars stand."""
    folder = tmp_path_factory.mktemp("charts")
    ferries = draw(folder / "ferries.pdf", "Ferries built by the yard at Elmsford", FERRIES, lying=False)
    fish = draw(folder / "fish.png", "Fish landed at Skarholm in tonnes", FISH, lying=True)
    return folder, {"ferries.pdf": ferries, "fish.png": fish}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("end-to-end")


@pytest.fixture(scope="module")
def ferries(charts, tmp_path_factory):
    """A collection that holds the PDF's chart and nothing else."""
    folder, _ = charts
    with Chartwell.open(tmp_path_factory.mktemp("ferries") / "kb") as client:
        assert client.index([folder / "ferries.pdf"]).added
        return client.collection.path


@pytest.fixture(scope="module")
def address(home):
    with served(home) as chat:
        yield chat.address


@pytest.fixture
def empty(home, request):
    """A collection of the test's own; gives its folder, whose name the address takes."""
    path = home / request.node.name[:40]
    Chartwell.open(path).close()
    return path


@pytest.fixture
def with_ferries(home, ferries, request):
    """As `empty`, with the PDF's chart in it."""
    return shutil.copytree(ferries, home / request.node.name[:40])


@pytest.fixture
def open_collection(open_tab, address):
    return lambda path: open_tab(f"{address}?collection={path.name}")


def marked_box(png):
    """What the marks of a picture span, in fractions of it."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB")).astype(int), -1, 0)
    rows, columns = np.nonzero((red > 180) & (green > 50) & (green < 130) & (blue < 70))
    assert len(rows) > 20
    height, width = red.shape
    return columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height


def in_picture(box, bounds):
    """A box on the page as fractions of the chart's picture."""
    width, height = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    return (
        (box[0] - bounds.x0) / width,
        (box[1] - bounds.y0) / height,
        (box[2] - bounds.x0) / width,
        (box[3] - bounds.y0) / height,
    )


def crosses(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check_marks_bar(mark, bars, name, *, lying):
    """The mark runs along the whole bar, over its middle, and touches no other bar."""
    bar = bars[name]
    along, across = (0, 1) if lying else (1, 0)
    assert mark[along] <= bar[along] + 0.02
    assert mark[along + 2] >= bar[along + 2] - 0.02
    assert mark[across] <= (bar[across] + bar[across + 2]) / 2 <= mark[across + 2]
    assert [other for other, box in bars.items() if other != name and crosses(mark, box)] == []


def check_highlight(tab, collection, bars, source, name, *, lying):
    with Chartwell.open(collection) as client:
        chart = next(one for one in client.browse("chart") if one.source.endswith(source))
    placed = {bar: in_picture(box, chart.bounds[0].box) for bar, box in bars[source].items()}
    picture = tab.picture()
    shown, drawn = picture.bounding_box(), picture.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert shown["width"] / shown["height"] == pytest.approx(drawn[0] / drawn[1], rel=0.02)
    png = tab.page.request.get(picture.evaluate("image => image.src")).body()
    check_marks_bar(marked_box(png), placed, name, lying=lying)


def pick_row(tab, row):
    """Click the box before a row of the list of documents."""
    tab.page.get_by_text("Pick documents in the list").wait_for()
    tab.settle()
    grid = tab.page.get_by_test_id("stDataFrame").filter(visible=True).last
    grid.click(position={"x": 16, "y": HEADER + ROW * row + ROW // 2})


def test_from_the_upload_to_the_bar_behind_the_answer_and_back(open_collection, empty, charts):
    folder, bars = charts
    tab = open_collection(empty)
    tab.page.get_by_text("no documents yet").first.wait_for()
    tab.go_to("Documents")
    tab.page.locator("input[type=file]").first.set_input_files([folder / "ferries.pdf", folder / "fish.png"])
    tab.page.get_by_role("button", name="Index", exact=True).click()
    tab.page.get_by_text(re.compile(r"Indexing \d of \d")).wait_for()
    tab.page.get_by_role("button", name="Cancel").wait_for()
    tab.page.get_by_text("2 added or updated").wait_for()

    tab.go_to("Chat")
    tab.ask(FERRY_QUESTION).click()
    assert "58" in tab.page.locator(".answer").last.inner_text()
    check_highlight(tab, empty, bars, "ferries.pdf", "2020", lying=False)
    tab.page.get_by_text("ferries.pdf").first.wait_for()
    tab.page.get_by_text("page 1").first.wait_for()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Download the original").click()
    assert download.value.path().read_bytes() == (folder / "ferries.pdf").read_bytes()
    tab.page.get_by_role("button", name="Close").click()

    tab.send(FISH_QUESTION)
    tab.page.locator(".answer", has_text="540").wait_for()
    tab.page.locator("button.chip").last.click()
    check_highlight(tab, empty, bars, "fish.png", "Herring", lying=True)
    background = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    light = tab.page.evaluate(background)
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_function(f"{background} !== '{light}'")
    check_highlight(tab, empty, bars, "fish.png", "Herring", lying=True)
    tab.page.get_by_text("中文").click()
    tab.page.get_by_text("下载原文件").wait_for()
    tab.page.get_by_text("English").click()

    tab.go_to("Documents")
    pick_row(tab, 1)
    tab.page.get_by_role("heading", name="fish").wait_for()
    tab.page.get_by_role("button", name="Delete", exact=True).click()
    tab.page.get_by_role("button", name="Yes, delete").click()
    tab.page.get_by_role("heading", name="fish").wait_for(state="detached")
    assert not (empty / "uploads" / "fish.png").exists()
    tab.go_to("Chat")
    tab.page.get_by_role("button", name="New conversation").click()
    tab.send(FISH_QUESTION)
    tab.page.get_by_text("The documents do not tell. The closest evidence:").wait_for()
    assert "540" not in tab.page.get_by_test_id("stMainBlockContainer").inner_text()
    assert [path.name for path in (empty / "uploads").iterdir()] == ["ferries.pdf"]


def test_each_bad_file_shows_its_reason(open_collection, empty, bad_files):
    tab = open_collection(empty)
    reasons = {
        "encrypted.pdf": "password",
        "truncated.pdf": "no readable PDF",
        "no-pages.pdf": "one without pages",
        "bomb.pdf": "10,000 pages",
        "dot.png": "too small",
        "huge.png": "pixels",
        "empty.md": "is empty",
        "empty.pdf": "is empty",
        "empty.png": "is empty",
        "binary.txt": "binary",
    }
    good = ["whole.pdf", "script.html", "gbk.txt", "latin.txt", "with space.md", "gull 🐦.md"]
    tab.go_to("Documents")
    tab.page.locator("input[type=file]").first.set_input_files([bad_files / name for name in (*reasons, *good)])
    tab.page.get_by_role("button", name="Index", exact=True).click()
    tab.page.get_by_text(f"{len(good)} added or updated").wait_for()
    tab.page.get_by_text(f"{len(reasons)} could not be read").wait_for()
    for name, words in reasons.items():
        line = tab.page.get_by_test_id("stMarkdown").filter(has_text=f"✗ {name}").inner_text()
        assert words in line
        assert str(empty.parent) not in line
    tab.page.get_by_role("button", name="Close").click()
    pick_row(tab, 3)  # script.html: documents stand in the order of their names
    tab.page.get_by_text("88 gulls").first.wait_for()
    assert "stolen" not in tab.page.locator("body").inner_text()


def test_a_folder_keeps_its_order_and_its_metadata_filter_the_chat(open_collection, empty, tmp_path):
    folder = tmp_path / "reports"
    for year, catch in (("2023", 77), ("2024", 88)):
        (folder / year).mkdir(parents=True)
        (folder / year / "catch.txt").write_text(f"The fleet of Norsund caught {catch} sharks.\n", "utf-8")
    tab = open_collection(empty)
    tab.go_to("Documents")
    tab.page.get_by_text("A whole folder with what is in it").click()
    tab.page.locator("input[type=file][webkitdirectory]").set_input_files(folder)
    tab.page.get_by_label("metadata").fill("fleet = Norsund")
    tab.page.get_by_role("button", name="Index", exact=True).click()
    tab.page.get_by_text("2 added or updated").wait_for()
    kept = sorted((empty / "uploads").rglob("catch.txt"))
    assert [path.parts[-2] for path in kept] == ["2023", "2024"]
    with Chartwell.open(empty) as client:
        assert len(client.documents({"fleet": "Norsund"})) == 2

    tab.page.get_by_test_id("stSidebar").get_by_text("Filter", exact=True).click()
    tab.page.get_by_label("Whose name contains").fill("2023")
    tab.page.get_by_label("Whose name contains").press("Enter")
    tab.go_to("Chat")
    tab.page.get_by_text("Only part of the documents is searched").wait_for()
    tab.ask("How many sharks did the fleet of Norsund catch?")
    answer = tab.page.locator(".answer").last.inner_text()
    assert "77" in answer
    assert "88" not in answer


def test_an_answer_is_judged_exported_and_its_conversation_deleted(open_collection, with_ferries):
    tab = open_collection(with_ferries)
    tab.ask(FERRY_QUESTION)
    main, sidebar = tab.page.get_by_test_id("stMainBlockContainer"), tab.page.get_by_test_id("stSidebar")
    main.get_by_role("radio", name="Thumbs up").click()
    main.get_by_role("button", name="What is right or wrong about it?").click()
    tab.page.get_by_role("textbox", name="What is right or wrong about it?").fill("It should name the yard.")
    tab.page.get_by_role("button", name="Keep", exact=True).click()
    tab.page.get_by_text("Thank you, it is kept.").first.wait_for()
    main.get_by_role("button", name="Copy with citations").click()
    tab.page.get_by_text(re.compile(r"\[1\] .*ferries\.pdf, p\. 1")).wait_for()
    tab.page.keyboard.press("Escape")

    exported = {}
    sidebar.get_by_role("button", name="Export").click()
    for kind in ("Markdown", "JSON"):
        with tab.page.expect_download() as download:
            tab.page.get_by_role("button", name=f"as {kind}").click()
        exported[kind] = download.value.path().read_text("utf-8")
    tab.page.keyboard.press("Escape")
    assert FERRY_QUESTION.rstrip("?") in exported["Markdown"]
    assert "ferries" in exported["Markdown"]
    (turn,) = json.loads(exported["JSON"])
    assert turn["question"] == FERRY_QUESTION
    assert "58" in turn["answer"]["text"]
    with Chartwell.open(with_ferries) as client:
        (feedback,) = client.collection.conversations.feedback()
        assert (feedback.good, feedback.note) == (True, "It should name the yard.")
        before = len(client.collection.conversations.all())

        sidebar.get_by_role("button", name="Delete this conversation").click()
        tab.page.get_by_role("button", name="Yes, delete it").click()
        main.locator(".answer").first.wait_for(state="detached")
        assert len(client.collection.conversations.all()) == before - 1
        assert len(client.collection.conversations.feedback()) == 1


def test_a_reading_is_corrected_by_hand_and_asked_about(open_collection, with_ferries):
    tab = open_collection(with_ferries)
    tab.go_to("Charts")
    tab.page.get_by_role("button", name="Correct the reading").click()
    dialog = tab.page.get_by_role("dialog")
    grid = dialog.get_by_test_id("stDataFrame")
    grid.get_by_text("2021").wait_for(state="attached")
    with Chartwell.open(with_ferries) as client:
        (chart,) = client.browse("chart")
    row = [value.category for value in chart.reading.values].index("2020")
    box = grid.bounding_box()
    grid.dblclick(position={"x": box["width"] * 0.62, "y": HEADER + ROW * row + ROW // 2})
    cell = tab.page.locator("#portal input, #portal textarea").first
    cell.fill("61")
    cell.press("Enter")
    dialog.get_by_text("61").wait_for(state="attached")
    tab.page.wait_for_timeout(1_000)  # the table tells the server of an edit with some delay
    dialog.get_by_role("button", name="Keep the correction").click()
    tab.page.get_by_text("✎ corrected by hand").first.wait_for()
    with Chartwell.open(with_ferries) as client:
        (chart,) = client.browse("chart")
        told = {value.category: (value.number, value.how) for value in chart.reading.values}
    assert told == {"2019": (31, "labelled"), "2020": (61, "corrected"), "2021": (44, "labelled")}

    tab.go_to("Chat")
    tab.ask(FERRY_QUESTION).click()
    assert "61" in tab.page.locator(".answer").last.inner_text()
    assert tab.page.locator(".answer .sign.supported").count() >= 1
    tab.page.get_by_text("✎ corrected by hand").first.wait_for()


def test_markup_in_what_was_read_of_a_chart_does_nothing(open_collection, with_ferries):
    hostile = (
        "<img src=x onerror=alert(1)> ![x](http://192.0.2.1/a.png) [a](http://192.0.2.1/) "
        "<script>document.title='hacked'</script>"
    )
    with Chartwell.open(with_ferries) as client:
        (chart,) = client.browse("chart")
        values = tuple(
            replace(value, category=f"{value.category} {hostile}", series=hostile, unit=hostile)
            for value in chart.reading.values
        )
        client.correct_chart(chart, replace(chart.reading, title=hostile, values=values))
    tab = open_collection(with_ferries)
    tab.go_to("Charts")
    tab.page.get_by_text("<img src=x onerror").first.wait_for()
    plot = tab.page.get_by_test_id("stVegaLiteChart").first
    plot.locator("canvas, svg").first.wait_for()
    tab.settle()
    plot.hover()  # scrolls there, and waits until nothing moves
    tooltip = tab.page.locator("#vg-tooltip-element")
    box = plot.bounding_box()
    for across, down in itertools.product((0.6, 0.5, 0.4, 0.7, 0.8), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)):
        tab.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        tab.page.wait_for_timeout(50)
        if tooltip.is_visible():  # the pointer is over a bar
            break
    assert "<img src=x onerror" in tooltip.inner_text(timeout=5_000)
    tab.page.get_by_role("button", name="Correct the reading").first.click()
    tab.page.get_by_role("dialog").get_by_test_id("stDataFrame").wait_for()
    assert tab.page.locator("img[src='x'], img[src*='192.0.2.1'], a[href*='192.0.2.1']").count() == 0
    assert tab.page.title() == "Chartwell"
