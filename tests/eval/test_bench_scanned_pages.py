from hypothesis import given
from hypothesis import strategies as st

from chartwell.eval.benchmarks.page_drawing import draw_page
from chartwell.eval.benchmarks.scan_making import Scanner
from chartwell.eval.benchmarks.scanned_pages import cells_right, edit_similarity, words_of
from chartwell.indexing.documents import WHOLE, Box, Table
from chartwell.indexing.loaders.parsed import TableBlock

WORDS = st.lists(st.sampled_from("abc"), max_size=8)


def distance(first, second):
    """Levenshtein's distance by its definition."""
    if not first or not second:
        return len(first) + len(second)
    return min(
        distance(first[1:], second) + 1,
        distance(first, second[1:]) + 1,
        distance(first[1:], second[1:]) + (first[0] != second[0]),
    )


@given(WORDS.map(lambda words: words[:5]), WORDS.map(lambda words: words[:5]))
def test_edit_similarity_is_levenshteins(first, second):
    longer = max(len(first), len(second))
    expected = 1 - distance(first, second) / longer if longer else 1.0
    assert abs(edit_similarity(first, second) - expected) < 1e-9


def test_words_keep_numbers_whole_and_part_chinese_characters():
    assert words_of("Sales rose (3.5%) to 1,204. 营业收入") == ["sales", "rose", "3.5", "to", "1,204", *"营业收入"]


def test_cells_count_in_their_row_and_column():
    truth = [["Region", "2022"], ["North", "1"], ["South", "2"]]
    table = Table((("A title", ""), ("Region", "2022"), ("North", "1"), ("South", "3")))
    assert cells_right(truth, [TableBlock(table, ())]) == 5 / 6
    assert cells_right(truth, []) == 0


@given(st.floats(-10, 10), st.integers(0, 3))
def test_places_on_a_scan_lie_within_it(skew, turns):
    scanner = Scanner(skew=skew, turns=turns)
    box = scanner.displayed(Box(0.2, 0.3, 0.4, 0.6), 595, 842)
    assert 0 < box.x0 < box.x1 < 1
    assert 0 < box.y0 < box.y1 < 1
    assert all(abs(a - b) < 1e-6 for a, b in zip(Scanner(turns=turns).displayed(WHOLE, 595, 842), WHOLE, strict=True))


def test_drawn_pages_are_the_same_each_time_and_fill_their_columns():
    page, again = draw_page(4, columns=2), draw_page(4, columns=2)
    assert page.pdf == again.pdf
    assert page.chart is not None
    assert len(page.cells) == 6
    assert len(page.texts) > 12
