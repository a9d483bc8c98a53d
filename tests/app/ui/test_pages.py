"""The pages over a small collection, run by Streamlit's own test runner."""

import zipfile

import pytest

from chartwell import Chartwell

QUESTION = "How many ships did the harbour handle in 2021?"


def texts(test):
    return [element.value for kind in (test.text, test.markdown, test.caption, test.header) for element in kind]


def session():
    from chartwell.app.ui import session  # needs Streamlit

    return session


def button(test, label):
    return next(one for one in test.button if one.label == label)


def test_an_empty_folder_asks_for_a_collection_and_makes_it(page, tmp_path):
    test = page(home=tmp_path).run()
    assert not test.exception
    assert [header.value for header in test.header] == ["New collection"]

    test.text_input[0].set_value("../evil")
    test = button(test, "Create").click().run()
    assert test.error
    assert not any(tmp_path.iterdir())

    test.text_input[0].set_value("季报 2024")
    test = button(test, "Create").click().run()
    assert not test.exception
    assert (tmp_path / "季报 2024" / "catalog.sqlite").is_file()
    assert test.selectbox[0].value == "季报 2024"
    assert "no documents yet" in test.info[0].value


def test_an_answer_is_kept_and_found_again_by_another_tab(page, ui_home):
    test = page().run()
    assert not test.exception
    test = test.chat_input[0].set_value(QUESTION).run()
    assert not test.exception
    assert not test.error

    other = page().run()
    conversation = next(one for one in other.button if one.label.startswith("How many ships"))
    other = conversation.click().run()
    assert not other.exception
    assert QUESTION in texts(other)
    with Chartwell.open(ui_home / "kb") as client:
        talks = client.collection.conversations
        told = [turn.answer for one in talks.all() for turn in talks.turns(one.id) if turn.question == QUESTION]
    assert "412" in told[0]["text"]
    assert told[0]["claims"][0]["verdict"] == "supported"

    other = button(other, "Yes, delete it").click().run()
    assert QUESTION not in texts(other)


def test_asking_again_replaces_the_turn(page, ui_home):
    test = page().run()
    test = test.chat_input[0].set_value("What does the ferry cost for an adult?").run()
    test = button(test, "Ask again").click().run()
    assert not test.exception
    with Chartwell.open(ui_home / "kb") as client:
        talks = client.collection.conversations
        current = test.session_state["conversation"]
        assert [turn.question for turn in talks.turns(current)] == ["What does the ferry cost for an adult?"]


def test_an_edited_question_replaces_the_turn_and_those_after_it(page, ui_home):
    test = page().run()
    for question in ("What does the ferry cost for an adult?", QUESTION):
        test = test.chat_input[0].set_value(question).run()
    talks = session().client(ui_home / "kb").collection.conversations
    conversation = test.session_state["conversation"]
    first = talks.turns(conversation)[0].id
    test.session_state[f"editing {first}"] = test.session_state[f"copying {first}"] = True
    test = test.run()
    assert any("notes.md" in block.value for block in test.code)
    test.text_area[0].set_value("What does the ferry cost for a child?")
    test = button(test, "Ask").click().run()
    assert not test.exception
    assert [turn.question for turn in talks.turns(conversation)] == ["What does the ferry cost for a child?"]
    assert QUESTION not in texts(test)
    talks.delete(conversation)


def test_a_thumb_of_one_tab_is_not_undone_by_another(page, ui_home):
    test = page().run()
    test = test.chat_input[0].set_value("What does the ferry cost for a child?").run()
    test = test.feedback[0].set_value(1).run()
    with Chartwell.open(ui_home / "kb") as client:
        talks = client.collection.conversations

        def kept():
            return talks.turns(test.session_state["conversation"])[0].feedback

        assert kept().good
        talks.rate(kept().turn_id, good=False, note="of another tab")
        test = test.run()
        assert not test.exception
        assert (kept().good, kept().note) == (False, "of another tab")
        assert test.feedback[0].value == 0

        test = test.feedback[0].set_value(1).run()
        assert kept().good
        assert test.feedback[0].value == 1
        test = test.feedback[0].set_value(None).run()
        assert kept() is None
        assert test.feedback[0].value is None
        test = test.feedback[0].set_value(1).run()
        assert kept().good
        talks.delete(test.session_state["conversation"])


def test_a_question_can_be_asked_of_some_documents_only(page, ui_home):
    test = page().run()
    notes = str(ui_home / "kb" / "uploads" / "notes.md")
    test = test.multiselect(key="scope sources kb").set_value([notes]).run()
    test = test.chat_input[0].set_value(QUESTION).run()
    assert not test.exception
    turns = session().client(ui_home / "kb").collection.conversations.turns(test.session_state["conversation"])
    assert {item["source"] for item in turns[-1].answer["evidence"]} == {notes}


def test_another_collection_begins_with_no_conversation(page, copy_kb, tmp_path):
    copy_kb(tmp_path / "a")
    Chartwell.open(tmp_path / "b").close()
    test = page(home=tmp_path).run()
    test = test.chat_input[0].set_value(QUESTION).run()
    assert QUESTION in texts(test)
    test = test.selectbox[0].set_value("b").run()
    assert not test.exception
    assert "conversation" not in test.session_state
    assert QUESTION not in texts(test)


def test_a_citation_that_was_clicked_shows_its_evidence(page, ui_home):
    test = page().run()
    test = test.chat_input[0].set_value(QUESTION).run()
    with_turn = page()
    with_turn.session_state["open collection"] = "kb"
    with_turn.session_state["conversation"] = test.session_state["conversation"]
    talks = session().client(ui_home / "kb").collection.conversations
    turn = talks.turns(test.session_state["conversation"])[0]
    citation = turn.answer["citations"][0]
    with_turn.session_state["cited"] = (turn.id, citation["number"], citation["claim"])
    shown = with_turn.run()
    assert not shown.exception
    assert f"##### \\[{citation['number']}\\] harbour\\.pdf" in texts(shown)
    assert ":green-badge[✓ supported]" in texts(shown)


def test_the_interface_speaks_chinese(page):
    test = page(language="zh").run()
    assert not test.exception
    assert test.chat_input[0].placeholder == "向文档提问"
    test = test.chat_input[0].set_value("港口扩建工程什么时候完工？").run()
    assert not test.exception
    assert not test.error


def test_documents_are_deleted_with_the_files_that_were_uploaded(page, ui_home):
    from chartwell.app.ui import documents_page
    from chartwell.app.ui.session import Place, client

    path = ui_home / "kb" / "uploads" / "gone.txt"
    place = Place(ui_home, "kb")
    test = page("documents_page").run()
    assert not test.exception
    listed = [row for frame in test.dataframe for row in frame.value.to_dict("records")]
    assert "gone.txt" in {row.get("source") for row in listed}
    document = next(one for one in client(place.path).documents() if one.source.endswith("gone.txt"))

    documents_page.delete(place, [document])
    assert not path.exists()
    test = page("documents_page").run()
    assert "gone.txt" not in test.dataframe[0].value["source"].to_list()
    assert "300 loaves" not in client(place.path).ask("How many loaves does the bakery sell?").text


def test_files_outside_the_uploads_are_never_deleted_with_their_document(page, tmp_path):
    from chartwell.app.ui import documents_page
    from chartwell.app.ui.session import Place, client

    original = tmp_path / "mine.txt"
    original.write_text("My own notes about tides.\n", "utf-8")
    place = Place(tmp_path, "own")
    client(place.path).index([original])
    documents_page.delete(place, client(place.path).documents())
    assert client(place.path).documents() == []
    assert original.exists()


def test_a_document_in_an_uploaded_archive_is_deleted_alone(page, tmp_path):
    from chartwell.app.ui import documents_page
    from chartwell.app.ui.session import Place, client

    archive = tmp_path / "zipped" / "uploads" / "notes.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("ebb", "flood", "slack"):
            file.writestr(f"{name}.txt", f"The {name} of Elmsford lasts six hours.\n")
    place = Place(tmp_path, "zipped")
    client(place.path).index([archive])
    inside = {one.source.rpartition("/")[2]: one for one in client(place.path).documents()}
    documents_page.delete(place, [inside["ebb.txt"], inside["flood.txt"]])
    left = {one.source.rpartition("/")[2] for one in client(place.path).documents()}
    assert left == set(inside) - {"ebb.txt", "flood.txt"}
    assert archive.exists()


def test_charts_stand_beside_what_was_read(page):
    test = page("charts_page").run()
    assert not test.exception
    assert any("How residents travel to work" in value for value in texts(test))
    read = test.dataframe[0].value
    assert {"Bicycle", "Bus", "Private car"} <= set(read["category"])
    assert set(read["how"]) <= {"labelled", "estimated"}
    found = test.text_input[0].set_value("travel to work").run()
    assert not found.exception
    assert any("How residents travel to work" in value for value in texts(found))


@pytest.mark.parametrize("name", ["chat_page", "documents_page", "charts_page", "settings_page"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_an_empty_collection_say_so_in_both_languages(page, tmp_path, name, language):
    Chartwell.open(tmp_path / "kb").close()
    test = page(name, home=tmp_path, language=language).run()
    assert not test.exception
    assert not test.error
    if name != "settings_page":
        assert ("没有" in test.info[0].value) == (language == "zh")


def test_settings_are_shown_without_secrets(page, monkeypatch, fresh_settings):
    monkeypatch.setenv("CHARTWELL_UI__LOGIN", "password")
    monkeypatch.setenv("CHARTWELL_UI__PASSWORD", "a secret of ours")
    test = page("settings_page").run()
    assert not test.exception
    shown = "".join(block.value for block in test.code)
    assert '"login": "password"' in shown
    assert "a secret of ours" not in shown


@pytest.mark.parametrize("given", ["wrong", ""])
def test_nothing_is_shown_before_the_password(page, monkeypatch, fresh_settings, given):
    monkeypatch.setenv("CHARTWELL_UI__LOGIN", "password")
    monkeypatch.setenv("CHARTWELL_UI__PASSWORD", "秘密 words")
    test = page().run()
    assert not test.chat_input
    assert not test.selectbox
    test.text_input[0].set_value(given)
    test = button(test, "Log in").click().run()
    assert test.error
    assert not test.chat_input
    test.text_input[0].set_value("秘密 words")
    test = button(test, "Log in").click().run()
    assert test.chat_input
