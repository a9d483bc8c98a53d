"""Text chunks: nothing is lost, everything fits, has its place and its headings."""

import itertools
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from chartwell.errors import SettingsError
from chartwell.indexing.chunking import build_nodes
from chartwell.indexing.documents import WHOLE, Box, Image, Node, Part, Region, Table
from chartwell.indexing.encoders.token_counter import HfTokenCounter
from chartwell.indexing.loaders.markdown import MarkdownLoader
from chartwell.indexing.loaders.parsed import FigureBlock, Limits, ParsedDocument, TableBlock, TextBlock, TextSpan

SAMPLE = [
    "Revenue of the company rose in the year. Costs fell, and profit grew by 12%.",
    "营业收入增长，利润下降。",
    *(f"x{sign} {sign}" for sign in string.ascii_letters + string.digits),
]
TABLE_PAGE = 99
LINE = 40
"""Characters on a printed line of the documents made here."""


@pytest.fixture(scope="module")
def counters(tmp_path_factory):
    """The two kinds of tokenizers there are in encoders: WordPiece, as in BERT, and byte-level BPE."""
    word_piece = Tokenizer(models.WordPiece())
    word_piece.normalizer = normalizers.BertNormalizer()
    word_piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    word_piece.train_from_iterator(SAMPLE, trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[UNK]"]))
    bytes_bpe = Tokenizer(models.BPE())
    bytes_bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bytes_bpe.train_from_iterator(SAMPLE, trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet))
    folder = tmp_path_factory.mktemp("tokenizers")
    made = []
    for name, tokenizer in (("word_piece", word_piece), ("bytes", bytes_bpe)):
        tokenizer.save(str(folder / f"{name}.json"))
        made.append(folder / f"{name}.json")
    return made


@pytest.fixture
def counter(counters):
    return HfTokenCounter(counters[0], 254)


def text_block(text, *, kind="paragraph", level=0, page=1, top=0.1):
    """A block whose lines of `LINE` characters stand one below the other."""
    starts = range(0, len(text), LINE)
    height = 0.8 / max(len(starts), 1) / 20
    spans = tuple(
        TextSpan(start, min(start + LINE, len(text)), Region(page, Box(0.1, y, 0.9, y + height)))
        for start in starts
        for y in [top + start / LINE * height]
    )
    return TextBlock(kind, text, spans, level)


def heading(text, level=1, **place):
    return text_block(text, kind="heading", level=level, **place)


def document(*blocks):
    return ParsedDocument("application/pdf", "Report", (), tuple(blocks))


def prose(sentences, words=9, start=0):
    """Numbered sentences: `Alpha3 beta3 ... .`"""
    return " ".join(
        f"Word{number} " + " ".join(f"w{number}x{word}" for word in range(words)) + "."
        for number in range(start, start + sentences)
    )


def squeezed(text):
    return "".join(text.split())


def without_overlap(nodes, overlap_sentences):
    """The parts of each node that it does not repeat from the node before it."""
    fresh = []
    previous = ()
    for node in nodes:
        repeated = next(
            (n for n in range(overlap_sentences, 0, -1) if n <= len(previous) and previous[-n:] == node.parts[:n]), 0
        )
        fresh.append(node.parts[repeated:])
        previous = node.parts
    return fresh


# Documents with everything in them -------------------------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(["Revenue", "rose", "by", "12%", "U.S.", "e.g.", "$1,234.5", "“quoted”", "(in", "brackets)", "—"]),
    st.sampled_from(
        ["营业收入增长。", "利润", "下降，", "データの東京。", "한국어", "😀", "👩‍👩‍👧", "naïve", "a" * 150, "长" * 90]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1, max_size=8),
)
ENDS = st.sampled_from([" ", " ", " ", ". ", "。", "\n", "\n\n", "\t", "\u3000", ", ", "!\r\n", "  ", "; "])
TEXTS = st.one_of(
    st.lists(st.tuples(WORDS, ENDS), max_size=30).map(lambda pairs: "".join(word + end for word, end in pairs)),
    st.integers(1, 40).map(prose),
    st.integers(1, 120).map(lambda count: "无标点的长句子" * count),
)
CELLS = st.one_of(st.just(""), st.sampled_from(["5", "Total", "1,234.5", "(12)%"]), TEXTS)


@st.composite
def tables(draw):
    columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[CELLS] * columns), max_size=6))
    table = Table(tuple(rows), draw(st.integers(0, min(2, len(rows)))), draw(st.one_of(st.just(""), TEXTS)))
    return TableBlock(table, (Region(TABLE_PAGE, Box(0.1, 0.1, 0.9, 0.5)),))


@st.composite
def documents(draw):
    blocks = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["heading", "heading", "paragraph", "paragraph", "list_item", "code", "table"]))
        page = 1 + number // 3
        if kind == "table":
            blocks.append(draw(tables()))
        elif kind == "heading":
            text = f"H{number}. " + draw(st.one_of(st.just(""), WORDS, TEXTS))
            blocks.append(heading(text, draw(st.integers(0, 4)), page=page, top=0.1 * number))
        else:
            text = f"B{number} " + draw(TEXTS)
            blocks.append(text_block(text, kind=kind, page=page, top=0.1 * number))
    return document(*blocks)


@settings(max_examples=120, deadline=None)
@given(documents(), st.sampled_from([(0, 254, 64), (1, 254, 32), (0, 60, 200), (1, 254, 100), (1, 110, 3)]))
def test_no_text_is_lost_and_all_fits(counters, parsed, setting):
    kind, max_tokens, overlap = setting
    if overlap > 3:
        overlap, target = 1, overlap
    else:
        target = 100
    counter = HfTokenCounter(counters[kind], max_tokens)
    nodes = build_nodes(parsed, counter, {}, target_tokens=target, overlap_sentences=overlap)

    assert [node.ordinal for node in nodes] == list(range(len(nodes)))
    assert max(counter.count([node.embedding_text for node in nodes]), default=0) <= max_tokens
    for node in nodes:
        assert node.parts
        assert node.page == node.regions[0].page
        assert all(part.text.strip() and part.regions for part in node.parts)
        assert all(part.text in node.text for part in node.parts)
    assert_text_is_kept(parsed, nodes, overlap)
    assert_tables_are_kept(parsed, nodes)


def assert_text_is_kept(parsed, nodes, overlap):
    blocks = [block for block in parsed.blocks if isinstance(block, TextBlock)]
    text_nodes = [node for node in nodes if node.kind == "text" and node.page != TABLE_PAGE]
    fresh = [part for parts in without_overlap(text_nodes, overlap) for part in parts]
    assert all(any(part.text in block.text for block in blocks) for part in fresh)
    rest = "".join(squeezed(part.text) for part in fresh)
    # The names of a table without rows may be so long that they are told as text.
    of_tables = [node for node in nodes if node.kind == "table" or node.page == TABLE_PAGE]
    told = {" ".join(text.split()) for node in of_tables for text in node.headings}
    for block in blocks:
        words = squeezed(block.text)
        if rest.startswith(words):
            rest = rest[len(words) :]
        else:
            assert block.kind == "heading"
            assert " ".join(block.text.split()) in told
    assert rest == ""


def assert_tables_are_kept(parsed, nodes):
    told = "".join(squeezed(node.text) for node in nodes if node.page == TABLE_PAGE)
    parts = "".join(squeezed(part.text) for node in nodes if node.kind == "table" for part in node.parts)
    for block in parsed.blocks:
        if isinstance(block, TableBlock):
            assert is_subsequence(squeezed(block.table.title), told)
            for name in block.table.column_names():
                assert is_subsequence(squeezed(name), told)
            for row in block.table.body:
                cells = row[:1] if len({" ".join(cell.split()) for cell in row}) == 1 else row
                assert is_subsequence("".join(map(squeezed, cells)), parts)


def is_subsequence(text, within):
    characters = iter(within)
    return all(character in characters for character in text)


# Headings --------------------------------------------------------------------------------------------------------


def test_heading_path_stands_in_every_chunk_and_the_heading_in_the_first(counter):
    parsed = document(
        heading("Annual report"),
        text_block(prose(20)),
        heading("Risks", 2),
        text_block(prose(20, start=20)),
        heading("Cyber", 3),
        text_block(prose(20, start=40)),
        heading("People", 2),
        text_block(prose(20, start=60)),
    )
    nodes = build_nodes(parsed, counter, {})
    paths = list(dict.fromkeys(node.headings for node in nodes))
    assert paths == [
        ("Annual report",),
        ("Annual report", "Risks"),
        ("Annual report", "Risks", "Cyber"),
        ("Annual report", "People"),
    ]
    for path in paths:
        section = [node for node in nodes if node.headings == path]
        assert len(section) > 1
        assert [node.parts[0].text == path[-1] for node in section] == [True] + [False] * (len(section) - 1)


def test_heading_without_text_goes_in_front_of_the_section_below_it(counter):
    nodes = build_nodes(document(heading("Part I"), heading("Business", 2), text_block(prose(3))), counter, {})
    assert [(node.headings, node.text.split("\n")[:2]) for node in nodes] == [
        (("Part I", "Business"), ["Part I", "Business"])
    ]


def test_last_heading_is_searchable_alone(counter):
    nodes = build_nodes(document(heading("A"), text_block(prose(12)), heading("Signatures")), counter, {})
    assert nodes[-1].text == "Signatures"
    assert nodes[-1].headings == ("Signatures",)


def test_tiny_sections_are_joined_under_the_path_they_share(counter):
    parsed = document(
        heading("Glossary"), *(block for n in range(4) for block in (heading(f"T{n}", 2), text_block(f"M {n}.")))
    )
    (node,) = build_nodes(parsed, counter, {})
    assert node.headings == ("Glossary",)
    assert node.text == "Glossary\nT0\nM 0.\nT1\nM 1.\nT2\nM 2.\nT3\nM 3."


def test_a_path_that_takes_too_much_loses_its_upper_headings(counter):
    parsed = document(heading(prose(3)), heading(prose(3, start=3), 2), heading("Costs", 3), text_block(prose(30)))
    nodes = build_nodes(parsed, counter, {}, target_tokens=100)
    assert {node.headings for node in nodes if "Word29" in node.text} == {("Costs",)}


def test_a_heading_over_a_table_alone_makes_no_node_of_its_own(counter):
    table = TableBlock(Table((("Revenue", "5"),)), (Region(1, WHOLE),))
    (node,) = build_nodes(document(heading("Results"), table), counter, {})
    assert (node.kind, node.headings, node.text) == ("table", ("Results",), "Revenue: 5")


def test_a_table_without_title_repeats_the_sentence_that_introduces_it(counter):
    table = TableBlock(Table((("", "2023"), ("Notes", "500")), 1), (Region(1, WHOLE),))
    lead_in = text_block("Debt is long-term. It was as follows ($ in millions):")
    text, node = build_nodes(document(lead_in, table), counter, {})
    assert node.text == "It was as follows ($ in millions):\nNotes | 2023: 500"
    assert (node.caption, node.table.title) == ("It was as follows ($ in millions):", "")
    assert text.text == lead_in.text
    empty = TableBlock(Table((("", ""),), 1), (Region(1, WHOLE),))
    assert [node.kind for node in build_nodes(document(lead_in, empty), counter, {})] == ["text"]


# Sizes and cuts --------------------------------------------------------------------------------------------------


def test_chunks_are_filled_but_no_sentence_is_cut(counter):
    text = prose(60, words=3)
    nodes = build_nodes(document(text_block(text)), counter, {}, target_tokens=120)
    sizes = counter.count([node.embedding_text for node in nodes])
    assert all(80 <= size <= 120 for size in sizes[:-1])
    assert {part.text for node in nodes for part in node.parts} == {
        sentence + "." for sentence in text.rstrip(".").split(". ")
    }


def test_paragraphs_stay_whole_where_they_fit(counter):
    paragraphs = [prose(2, words=4, start=2 * n) for n in range(8)]
    nodes = build_nodes(document(*map(text_block, paragraphs)), counter, {}, target_tokens=100, overlap_sentences=0)
    assert len(nodes) > 2
    assert [line for node in nodes for line in node.text.split("\n")] == paragraphs


def test_overlap_repeats_the_last_sentence_within_a_section_only(counter):
    parsed = document(heading("A"), text_block(prose(40, words=3)), heading("B"), text_block(prose(40, 3, 40)))
    nodes = build_nodes(parsed, counter, {}, target_tokens=100)
    for before, node in itertools.pairwise(nodes):
        if before.headings == node.headings:
            assert node.parts[0] == before.parts[-1]
        else:
            assert node.parts[0].text == "B"


def test_overlap_does_not_reach_back_over_a_page(counter):
    parsed = document(text_block(prose(6, words=3), page=1), text_block(prose(6, words=3, start=6), page=2))
    nodes = build_nodes(parsed, counter, {}, target_tokens=80)
    second = [node for node in nodes if node.page == 2]
    assert second[0].parts[0].text.startswith("Word6 ")
    assert {region.page for node in nodes for region in node.regions if node not in second} == {1}


def test_no_crumb_is_left_at_the_end(counter):
    for sentences in range(5, 40):
        nodes = build_nodes(document(text_block(prose(sentences, words=2))), counter, {}, target_tokens=100)
        sizes = counter.count([node.text for node in nodes])
        assert len(nodes) == 1 or min(sizes) >= 25


def test_a_sentence_longer_than_a_chunk_is_cut_behind_its_clauses(counter):
    sentence = ", ".join(f"item {n} of the list" for n in range(80)) + "."
    nodes = build_nodes(document(text_block(sentence)), counter, {}, target_tokens=100, overlap_sentences=0)
    assert len(nodes) > 3
    assert all(node.text.endswith((",", ".")) for node in nodes)
    assert " ".join(node.text for node in nodes) == sentence


def test_code_is_cut_between_lines_and_keeps_its_indentation(counter):
    code = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    (node,) = build_nodes(document(text_block(code, kind="code")), counter, {})
    assert node.text == code.strip()
    assert [part.text for part in node.parts] == ["def f():", "return 1", "def g():", "return 2"]


def test_too_small_a_target_is_refused(counter):
    with pytest.raises(SettingsError, match="10 tokens"):
        build_nodes(document(), counter, {}, target_tokens=10)


# Places ----------------------------------------------------------------------------------------------------------


def test_a_sentence_s_region_is_its_lines_cut_to_its_characters(counter):
    text = "First sentence is here. Second one is now."
    spans = (
        TextSpan(0, 31, Region(1, Box(0.1, 0.10, 0.9, 0.12))),
        TextSpan(31, len(text), Region(1, Box(0.1, 0.12, 0.5, 0.14))),
    )
    (node,) = build_nodes(document(TextBlock("paragraph", text, spans)), counter, {})
    first, second = (part.regions for part in node.parts)
    assert first == (Region(1, Box(0.1, 0.10, pytest.approx(0.1 + 0.8 * 23 / 31), 0.12)),)
    assert second == (Region(1, Box(0.1, 0.10, 0.9, 0.14)),)
    assert node.regions == (Region(1, Box(0.1, 0.10, 0.9, 0.14)),)


def test_a_sentence_over_columns_and_pages_has_a_region_for_each_place(counter):
    text = "One sentence runs over two columns and on to the next page."
    places = [
        Region(1, Box(0.1, 0.90, 0.45, 0.92)),
        Region(1, Box(0.55, 0.10, 0.9, 0.12)),
        Region(2, Box(0.1, 0.10, 0.45, 0.12)),
    ]
    spans = tuple(TextSpan(20 * n, min(20 * n + 20, len(text)), place) for n, place in enumerate(places))
    (node,) = build_nodes(document(TextBlock("paragraph", text, spans)), counter, {})
    assert node.parts[0].regions == tuple(places)
    assert (node.regions, node.page) == (tuple(places), 1)


def test_without_pages_a_sentence_is_a_slice_of_the_document_s_height(counter):
    text = "Half of it is this one. Half of it is that one."
    spans = (TextSpan(0, len(text), Region(None, Box(0.0, 0.2, 1.0, 0.4))),)
    (node,) = build_nodes(document(TextBlock("paragraph", text, spans)), counter, {})
    (region,) = node.parts[1].regions
    assert (region.page, region.box.x0, region.box.x1, region.box.y1) == (None, 0.0, 1.0, 0.4)
    assert region.box.y0 == pytest.approx(0.3, abs=0.01)


# Charts and order ------------------------------------------------------------------------------------------------


def test_charts_get_headings_and_their_place_in_the_order(counter):
    image = Image(b"png", "image/png", 10, 10)
    region = Region(1, WHOLE)
    chart = Node("chart", "Sales by year", (Part("Sales by year", (region,)),), (region,), page=1)
    figure = FigureBlock(image, region)
    parsed = document(heading("Sales"), text_block(prose(8)), figure, figure, text_block(prose(12, start=8)))
    nodes = build_nodes(parsed, counter, {2: chart})
    kinds = [node.kind for node in nodes]
    assert kinds.count("chart") == 1
    assert 0 < kinds.index("chart") < len(kinds) - 1
    assert nodes[kinds.index("chart")].headings == ("Sales",)
    assert [node.ordinal for node in nodes] == list(range(len(nodes)))


def test_empty_documents_have_no_nodes(counter):
    assert build_nodes(document(), counter, {}) == []
    blank = [text_block(" \n "), heading("  "), TableBlock(Table(()), ()), TableBlock(Table((("", ""),)), ())]
    assert build_nodes(document(*blank), counter, {}) == []


# Real notes ------------------------------------------------------------------------------------------------------


def test_chinese_notes_keep_every_question_with_its_answer(counter, shared_data):
    parsed = MarkdownLoader().load(shared_data / "zh-notes" / "llm-training-notes.md", Limits())
    nodes = build_nodes(parsed, counter, {})
    assert_text_is_kept(parsed, nodes, 1)
    assert max(counter.count([node.embedding_text for node in nodes])) <= 254
    questions = [block.text for block in parsed.blocks if isinstance(block, TextBlock) and block.kind == "heading"]
    for question in questions[1:]:
        assert any(node.headings[-1:] == (" ".join(question.split()),) and len(node.text) > 60 for node in nodes)


def test_every_node_has_its_own_language(counter):
    german = "Der Umsatz stieg, z. B. im dritten Quartal, und das Ergebnis ist auch nicht schlecht. " * 3
    english = "The revenue of the company rose in the year. " * 6
    blocks = [heading("A"), text_block(english), heading("B"), text_block(german), heading("C", page=2)]
    nodes = build_nodes(document(*blocks, text_block("净销售额增长百分之四。" * 20, page=2)), counter, {})
    assert list(dict.fromkeys(node.language for node in nodes)) == ["en", "de", "zh"]
    parts = [part.text for node in nodes if node.language == "de" for part in node.parts if not len(part.text) < 3]
    assert set(parts) == {german[:85].strip()}
