import json

import pytest

from chartwell.errors import InvalidDataset, SettingsError
from chartwell.eval.datasets.imported import document_name, write_documents
from chartwell.eval.datasets.importers import import_set
from chartwell.eval.datasets.item import Relevant
from chartwell.eval.datasets.own import read_items, write_items


def lines(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def whole(path, data):
    path.write_text(json.dumps(data), "utf-8")
    return path


OPENCQA = ["7.png", "A title", "The article.", "The summary.", "Describe it.", "It rose.", "It rose by 2."]


def test_opencqa_as_published(tmp_path):
    found = import_set("opencqa", whole(tmp_path / "test.json", {"7": OPENCQA, "8": ["8.png", *OPENCQA[1:]]}))
    first, second = found.items
    assert (first.id, first.question, first.answers) == ("7", "Describe it.", ("It rose.",))
    assert first.relevant == (Relevant("7.png", node="chart"), Relevant("7.txt", node="text"))
    assert second.relevant == (Relevant("8.png", node="chart"), Relevant("7.txt", node="text"))  # one summary for both
    assert [(one.name, one.text) for one in found.documents] == [("7.txt", "The summary.\n")]


def test_chartqa(tmp_path):
    entries = [
        {"imgname": "a.png", "query": "How many?", "label": "14"},
        {"imgname": "b.png", "query": "?", "label": 3},
    ]
    first, second = import_set("chartqa", whole(tmp_path / "test_human.json", entries)).items
    assert (first.id, first.answers, first.relevant) == ("test_human-0", ("14",), (Relevant("a.png", node="chart"),))
    assert second.answers == ("3",)
    assert len(import_set("chartqa", tmp_path).items) == 2


def test_financebench_pages_count_from_zero_as_published(tmp_path):
    evidence = {"evidence_text": "…", "doc_name": "3M_2018_10K", "evidence_page_num": 59}
    line = {"financebench_id": "f1", "question": "What?", "answer": "$1577.00", "evidence": [evidence, evidence]}
    (item,) = import_set("financebench", lines(tmp_path / "f.jsonl", {**line, "company": "3M"})).items
    assert item.relevant == (Relevant("3M_2018_10K.pdf", 60),)
    assert item.metadata == {"company": "3M"}
    own = {**line, "id": 4, "evidence": [{"source": "3M.pdf", "page": 60, "text": "…"}]}
    del own["financebench_id"]
    (item,) = import_set("financebench", lines(tmp_path / "g.jsonl", own)).items
    assert (item.id, item.relevant) == ("4", (Relevant("3M.pdf", 60),))


def squad(*questions):
    return {"version": "v2.0", "data": [{"title": "T", "paragraphs": [{"context": "The context.", "qas": questions}]}]}


def test_squad_with_questions_that_cannot_be_answered(tmp_path):
    told = {"id": "a", "question": "Which?", "answers": [{"text": "this", "answer_start": 0}] * 2}
    not_told = {"id": "b", "question": "Why?", "answers": [], "is_impossible": True}
    found = import_set("squad", whole(tmp_path / "dev.json", squad(told, not_told)))
    first, second = found.items
    (document,) = found.documents
    assert (first.answers, first.relevant) == (("this",), (Relevant(document.name, node="text"),))
    assert (second.answers, second.relevant, second.answerable) == ((), (), False)


@pytest.fixture
def beir(tmp_path):
    lines(tmp_path / "corpus.jsonl", {"_id": "a/1", "title": "One", "text": "first"}, {"_id": ".b", "text": "second"})
    lines(tmp_path / "queries.jsonl", {"_id": "q1", "text": "what"}, {"_id": "q2", "text": "unjudged"})
    lines(tmp_path / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore", "q1\ta/1\t2", "q1\t.b\t0.0")
    return tmp_path


def test_beir(beir, tmp_path_factory):
    found = import_set("beir", beir)
    (item,) = found.items
    assert item.relevant == (Relevant("a%2F1.txt", grade=2), Relevant("%2Eb.txt", grade=0))
    folder = tmp_path_factory.mktemp("documents")
    assert write_documents(folder, found.documents) == 2
    texts = {path.name: path.read_text("utf-8") for path in folder.rglob("*.txt")}
    assert texts == {"a%2F1.txt": "One\n\nfirst\n", "%2Eb.txt": "second\n"}
    with pytest.raises(SettingsError, match="is not empty"):
        write_documents(folder, found.documents)
    with pytest.raises(InvalidDataset, match="no split 'dev'"):
        import_set("beir", beir, split="dev")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("q9\ta/1\t1", "judges the unknown query 'q9'"),
        ("q1\tc\t1", "judges the unknown document 'c'"),
        ("q1\ta/1\t1", "judges 'a/1' for the query 'q1' again"),
        ("q1\ta/1", "has 2 columns separated by tabs, not 3"),
        ("q1\ta/1\tgood", "has 'good' as a grade"),
        ("q1\ta/1\tnan", "has 'nan' as a grade"),
    ],
)
def test_wrong_judgements_are_refused_with_their_line(beir, row, said):
    lines(beir / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore", "q1\ta/1\t2", row)
    with pytest.raises(InvalidDataset, match=r"test\.tsv, line 3") as raised:
        import_set("beir", beir)
    assert said in str(raised.value)


def test_trec(tmp_path):
    lines(tmp_path / "topics.txt", "<top><num> Number: 301\n<title> Organized crime\n<desc> Who?\n</top>")
    lines(tmp_path / "qrels.txt", "301 0 FT-1 1", "301 0 FT-2 -1")
    lines(
        tmp_path / "corpus" / "ft", "<DOC><DOCNO> FT-1 </DOCNO><TEXT>a < b</TEXT></DOC><DOC><DOCNO>FT-2</DOCNO>x</DOC>"
    )
    found = import_set("trec", tmp_path)
    (item,) = found.items
    assert (item.id, item.question) == ("301", "Organized crime")
    assert item.relevant == (Relevant("FT-1.txt"), Relevant("FT-2.txt", grade=0))
    assert {one.name: one.text.strip() for one in found.documents} == {"FT-1.txt": "a < b", "FT-2.txt": "x"}
    lines(tmp_path / "qrels.txt", "301 0 FT-1 1", "301 FT-2 1")
    with pytest.raises(InvalidDataset, match=r"qrels\.txt, line 2 has 3 columns, not 4"):
        import_set("trec", tmp_path)


def test_markdown_files_that_would_share_a_name_keep_their_sections_apart(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a-b.md", "a-b.markdown", "a/b.md"):
        (tmp_path / name).write_text(f"## What is {name}?\n\nThis is {name}.\n", "utf-8")
    found = import_set("markdown", tmp_path)
    assert len({item.id for item in found.items}) == len({document.name for document in found.documents}) == 3
    for item, document in zip(found.items, found.documents, strict=True):
        assert item.relevant[0].source == document.name
        assert item.answers[0] in document.text


def test_markdown_headings(tmp_path):
    text = "# Notes\n\n## **1. What is `x`?**\n\nIt is\n\n### more\n\nthis.\n\n## Empty\n\n---\n\n## 为何？\n\n因为。\n"
    (tmp_path / "notes.md").write_text(text, "utf-8")
    found = import_set("markdown", tmp_path)
    assert [item.question for item in found.items] == ["1. What is x?", "为何？"]
    assert found.items[0].answers == ("It is\n\n### more\n\nthis.",)
    assert [one.name for one in found.documents] == ["notes-001.md", "notes-002.md"]
    assert found.items[1].relevant == (Relevant("notes-002.md", node="text"),)
    (item,) = import_set("markdown", tmp_path / "notes.md", level=3).items
    assert item.question == "more"
    with pytest.raises(InvalidDataset, match="no headings of level 5"):
        import_set("markdown", tmp_path, level=5)


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("opencqa", {"7": OPENCQA[:5]}, "item '7' is not of the set's form"),
        ("opencqa", [], "is no JSON object"),
        ("chartqa", [{"imgname": "a.png", "query": "?", "label": ""}], "item 0"),
        ("chartqa", {}, "is no JSON list"),
        ("squad", {"data": [{"title": "T"}]}, r'data\[0\] has no list "paragraphs"'),
        ("squad", squad({"id": "a", "question": "?", "answers": []}), r"qas\[0\] has no answer"),
        ("squad", squad({"id": "a", "answers": []}), r'qas\[0\] has no text "question"'),
        ("squad", squad({"id": "a", "question": "?", "answers": [{"text": "x"}], "is_impossible": True}), "contradict"),
        ("squad", squad(*[{"id": "a", "question": "?", "answers": [{"text": "x"}]}] * 2), "repeats the id 'a'"),
        ("financebench", {"id": 1, "question": "?", "answer": "x", "evidence": []}, "line 1 wants a list of one"),
        ("financebench", {"id": 1, "question": "?", "answer": "x", "evidence": [{"source": "a", "page": 0}]}, "from 1"),
        ("financebench", {"id": 1, "question": "?", "answer": "x", "evidence": [{"page": 0}]}, "without the document"),
    ],
)
def test_files_of_another_form_are_refused_with_the_place(tmp_path, kind, content, said):
    with pytest.raises(InvalidDataset, match=said) as raised:
        import_set(kind, whole(tmp_path / "set.json", content))
    assert "set.json" in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kind": "glue"}, "no importer for 'glue'"),
        ({"kind": "squad", "split": "dev"}, "has no splits"),
        ({"kind": "squad", "level": 2}, "has no level"),
        ({"kind": "squad"}, "does not exist"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, arguments, said):
    with pytest.raises(SettingsError, match=said):
        import_set(path=tmp_path / "none", **arguments)


def test_names_of_documents_differ_as_their_ids_do():
    ids = ["a/b", "a%2Fb", "a b", ".a", "%2Ea", "..", "Ä", "a", "A"]
    names = [document_name(id_) for id_ in ids]
    assert len(set(names)) == len(ids)
    assert all("/" not in name and not name.startswith(".") for name in names)
    with pytest.raises(SettingsError, match="too long"):
        document_name("x" * 300)


@pytest.mark.parametrize(("kind", "folder", "count"), [("opencqa", "opencqa-dev", 500), ("financebench", None, 27)])
def test_the_shared_sets(shared_data, tmp_path, kind, folder, count):
    found = import_set(kind, shared_data / (folder or f"{kind}-dev"))
    assert len(found.items) == count
    write_items(tmp_path / "q.jsonl", found.items)
    assert tuple(read_items(tmp_path / "q.jsonl")) == found.items
