"""A folder with one small collection, indexed once, and pages of the interface run over it without a browser."""

import shutil
import sys
from pathlib import Path

import pytest

import chartwell.app
from chartwell import Chartwell

MAIN = Path(chartwell.app.__file__).parent / "ui" / "main.py"

HOSTILE = (
    "The lamp of Skarholm burns 90 litres of oil a week. <img src=x onerror=alert(1)> ![x](http://192.0.2.1/a.png)"
)


@pytest.fixture(scope="session")
def ui_home(tmp_path_factory, corpus):
    pytest.importorskip("streamlit", reason="the extra `ui` is not installed")
    home = tmp_path_factory.mktemp("home")
    uploads = home / "kb" / "uploads"
    uploads.mkdir(parents=True)
    for name in ("harbour.pdf", "notes.md", "survey.png", "港口.txt"):
        shutil.copy(corpus / name, uploads)
    (uploads / "hostile.txt").write_text(f"{HOSTILE}\n\n<script>document.title='hacked'</script>\n", "utf-8")
    (uploads / "gone.txt").write_text("The bakery of Elmsford sells 300 loaves a day.\n", "utf-8")
    with Chartwell.open(home / "kb") as client:
        report = client.index([uploads])
    assert not report.failed
    return home


@pytest.fixture
def page(ui_home, monkeypatch):
    """Runs the interface, or one page of it by its module's name, over a folder of collections."""
    from streamlit.testing.v1 import AppTest

    def open_page(name=None, *, home=ui_home, language="en", collection=None):
        monkeypatch.setattr(sys, "argv", ["main.py", str(home)])
        if name is None:
            test = AppTest.from_file(str(MAIN), default_timeout=60)
        else:
            test = AppTest.from_string(
                f"from chartwell.app.ui import {name}\n"
                "from chartwell.app.ui.session import Place, home\n"
                f"{name}.show(Place(home(), {collection or 'kb'!r}))\n",
                default_timeout=60,
            )
        test.query_params["lang"] = language
        return test

    return open_page


@pytest.fixture
def fresh_settings():
    """The pages read settings anew, before and after."""
    from chartwell.app.ui.session import open_collections

    open_collections.clear()
    yield
    open_collections.clear()
