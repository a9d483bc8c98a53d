"""Uploads under a name that is here already: said before, asked, and nothing lost."""

import pytest

from chartwell import Chartwell

OLD = "The bell of Elmsford weighs 300 kilograms.\n"
NEW = "The bell of Elmsford weighs 450 kilograms.\n"


@pytest.fixture
def home(tmp_path):
    uploads = tmp_path / "kb" / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "bell.txt").write_text(OLD, "utf-8")
    with Chartwell.open(tmp_path / "kb") as client:
        client.index([uploads])
    return tmp_path


@pytest.fixture
def give(page, home):
    """Chooses files on the documents page, by name and text; nothing is started yet."""

    def give(*files, language="en"):
        test = page("documents_page", home=home, language=language).run()
        test.file_uploader[0].set_value([(name, text.encode(), "text/plain") for name, text in files])
        test = test.run()
        assert not test.exception
        return test

    return give


def index(test, home):
    from chartwell.app.ui.session import index_jobs

    test = next(one for one in test.button if one.label == "Index").click().run()
    assert not test.exception
    assert index_jobs().of(home / "kb").wait(60)
    return test.run()


def texts(home):
    with Chartwell.open(home / "kb") as client:
        found = {one.source.rpartition("/")[2]: client.collection.nodes_of(one.id) for one in client.documents()}
    return {name: " ".join(node.text for node in nodes) for name, nodes in found.items()}


def test_an_older_file_is_replaced_and_that_is_said_before(give, home):
    test = give(("bell.txt", NEW), ("tower.txt", "The tower is 40 metres high.\n"))
    assert test.warning[0].value == "Here already, with other content (1): bell\\.txt"
    assert test.radio[0].value == "replace"
    test = index(test, home)
    assert "updated" in test.dataframe[0].value["status"].to_list()
    assert "450" in texts(home)["bell.txt"]
    assert set(texts(home)) == {"bell.txt", "tower.txt"}


def test_both_are_kept_where_that_is_wanted(give, home):
    test = give(("bell.txt", NEW))
    test.radio[0].set_value("keep both")
    test = index(test.run(), home)
    assert "bell\\.txt → bell \\(2\\)\\.txt" in test.info[0].value.replace("\u2060", "")
    found = texts(home)
    assert "300" in found["bell.txt"]
    assert "450" in found["bell (2).txt"]
    assert (home / "kb" / "uploads" / "bell.txt").read_text() == OLD


def test_the_same_file_again_asks_nothing(give, home):
    test = give(("bell.txt", OLD))
    assert not test.warning
    assert not test.radio
    test = index(test, home)
    assert "unchanged" in test.dataframe[0].value["status"].to_list()
    assert set(texts(home)) == {"bell.txt"}


def test_a_folder_of_a_files_name_stands_beside_it(give, home):
    test = give(("bell.txt/old.txt", NEW))
    assert not test.warning
    test = index(test, home)
    assert "bell \\(2\\)\\.txt/old\\.txt" in test.info[0].value.replace("\\/", "/")
    assert set(texts(home)) == {"bell.txt", "old.txt"}


def test_it_is_asked_in_chinese(give):
    test = give(("bell.txt", NEW), language="zh")
    assert "同名文件" in test.warning[0].value
    assert test.radio[0].options == ["替换旧文件", "两者都保留，新文件加编号"]
