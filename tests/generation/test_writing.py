"""Pieces of text become events; what is written is checked, cited, and under `strict` held back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.generation.answer import CitationEvent, TokenEvent, VerdictEvent
from chartwell.generation.citation_binding import bound_citations
from chartwell.generation.decoders.chat_model import Finish, TextPiece
from chartwell.generation.grounding.checker import Checker
from chartwell.generation.prompts import Prompt, is_not_told
from chartwell.generation.writing import Writing

HARBOUR = "The harbour handled 412 ships in 2021."
CRANE = "The new crane was paid for by the town of Elmsford."


@pytest.fixture(scope="module")
def prompt(evidence_of):
    return Prompt("How busy was the harbour?", (evidence_of(HARBOUR), evidence_of(CRANE, source="crane.pdf")))


def write(prompt, *pieces, policy="annotate"):
    writing = Writing(prompt, Checker(), policy)
    events = list(writing.events([*map(TextPiece, pieces), Finish("stop")]))
    return writing, events


def tokens(events):
    return "".join(event.text for event in events if isinstance(event, TokenEvent))


def test_a_citation_is_told_with_the_piece_that_closes_it(prompt):
    _, events = write(prompt, "The harbour handled 412 ships in 2021 [", "1", ", 2", "] quietly.")
    place = next(index for index, event in enumerate(events) if isinstance(event, CitationEvent))
    assert tokens(events[:place]) == "The harbour handled 412 ships in 2021 [1, 2] quietly."
    cited = [event for event in events if isinstance(event, CitationEvent)]
    assert [(event.number, event.evidence) for event in cited] == [(1, prompt.evidence[0]), (2, prompt.evidence[1])]


@given(st.lists(st.integers(1, 60), max_size=12))
def test_tokens_pass_unchanged_however_they_are_cut(evidence_of, cuts):
    text = f"{HARBOUR[:-1]} [1]. {CRANE} [2][9] 港口扩建【1】。"
    pieces, place = [], 0
    for cut in cuts:
        pieces.append(text[place : place + cut])
        place += cut
    writing = Writing(Prompt("?", (evidence_of(HARBOUR), evidence_of(CRANE))), Checker())
    events = list(writing.events(map(TextPiece, [*pieces, text[place:]])))
    assert tokens(events) == text
    written = [event.number for event in events if isinstance(event, CitationEvent) and not event.repaired]
    assert written == [1, 2, 9, 1]


def test_a_missing_citation_is_repaired_by_the_evidence_that_passes_the_check(prompt):
    writing, events = write(prompt, HARBOUR + " ", CRANE + " [1]")
    first, second = writing.claims
    assert (first.citations, first.citation_status) == ((1,), "repaired")
    assert (second.citations, second.citation_status) == ((1,), "given")
    assert writing.text == f"{HARBOUR} [1] {CRANE} [1]"
    assert [event.number for event in events if isinstance(event, CitationEvent) and event.repaired] == [1]
    right, wrong = bound_citations(Checker(), writing.claims, prompt.evidence)
    assert (right.number, right.page, right.verdict, right.repaired) == (1, 3, "supported", True)
    assert right.region.text == HARBOUR
    assert (wrong.number, wrong.verdict, wrong.repaired) == (1, "not_found", False)


@pytest.mark.parametrize("policy", ["annotate", "strict"])
def test_events_tell_repaired_citations_from_written_ones(prompt, policy):
    _, events = write(prompt, HARBOUR + " ", CRANE + " [2]", policy=policy)
    cited = {event.number: event.repaired for event in events if isinstance(event, CitationEvent)}
    assert cited == {1: True, 2: False}


def test_a_number_that_stands_for_nothing_is_replaced_where_the_claim_passes_else_marked(prompt):
    writing, events = write(prompt, f"{HARBOUR} [7] The tunnel opened in 1932 [8]. The crane sank.")
    assert [claim.citation_status for claim in writing.claims] == ["repaired", "invalid", "missing"]
    assert writing.text == f"{HARBOUR} [1] The tunnel opened in 1932 [8]. The crane sank."
    assert [event.evidence for event in events if isinstance(event, CitationEvent)][:2] == [None, None]


def test_strict_shows_nothing_that_fails(prompt):
    writing, events = write(
        prompt, HARBOUR, " [1] The harbour", " handled 900 ships in 2021 [1]. ", CRANE, policy="strict"
    )
    assert tokens(events).strip() == writing.text == f"{HARBOUR} [1] {CRANE} [2]"
    assert [claim.text for claim in writing.withheld] == ["The harbour handled 900 ships in 2021."]
    assert {event.claim.verdict for event in events if isinstance(event, VerdictEvent)} == {"supported"}


def test_strict_shows_nothing_that_fails_when_it_is_said_again(prompt):
    lie = "The harbour handled 812 ships in 2021."
    writing, events = write(prompt, f"{lie} [1] {lie} [1] {HARBOUR} [1]", policy="strict")
    assert writing.text == tokens(events) == f"{HARBOUR} [1]"
    assert [claim.text for claim in writing.withheld] == [lie, lie]


def test_lines_without_words_are_no_claims(prompt):
    writing, _ = write(prompt, f"{HARBOUR} [1]\n---\n{CRANE} [2]\n***", policy="strict")
    assert [claim.text for claim in writing.claims] == [HARBOUR, CRANE]
    assert not writing.withheld


def test_strict_lets_a_statement_go_as_soon_as_it_is_checked(prompt):
    taken = []

    def pieces():
        for piece in (HARBOUR, " [1] ", CRANE[:20], CRANE[20:], " [2]"):
            taken.append(piece)
            yield TextPiece(piece)

    first = next(iter(Writing(prompt, Checker(), "strict").events(pieces())))
    assert first.text.strip() == f"{HARBOUR} [1]"
    assert len(taken) == 3


def test_annotate_holds_nothing_back_for_checks(prompt):
    class Failing:
        def check(self, text, evidence, question=None, *, cancel=None):
            raise AssertionError("checked before the end")

    events = Writing(prompt, Failing()).events(iter([TextPiece("One. "), TextPiece("Two. ")]))
    assert [next(events).text, next(events).text] == ["One. ", "Two. "]


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not tell.",
        "The documents do not tell",
        "the document does not tell. [1]",
        "The provided documents do not mention the price of the crane.",
        "Unfortunately, the evidence doesn't say.",
        "I'm sorry, but the given context does not contain this information.",
        "The documents do not state the revenue for fiscal 2021.",
        "There is no information about the crane in the evidence.",
        "No relevant information is available.",
        "文档没有提到2021年的收入。",
        "文档中没有说明。",
        "文档没有说明",
        "很抱歉，所提供的资料中并未提到这一点。",
        "根据上述文档无法确定。",
        "The documents do not show the revenue of the firm.",
        "The evidence does not indicate any figure for 2021.",
        "文档没有显示任何相关信息。",
        "The documents do not show any revenue for 2023.",
        "The evidence does not indicate any specific reason for the decline.",
        "The provided documents do not indicate a reason for this.",
        "The documents do not indicate any growth rate.",
        "The documents do not state the change in revenue [1].",
        "文档没有显示任何原因。",
        "文档没有显示任何下降的原因。",
        "文档没有显示任何增长率。",
    ],
)
def test_the_fixed_sentence_is_recognised_with_small_deviations(text):
    assert is_not_told(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The documents do not tell a story of decline; sales grew [1].",
        "The documents do not mention 2020, but sales were 12 in 2021.",
        "The documents do not tell. Sales were 12 in 2021 [1].",
        "The documents do not tell the day, it opened in 2021.",
        "The evidence does not say 12 %.",
        "No information security incidents occurred [1].",
        "No information was leaked [1].",
        "The town paid for the crane.",
        "文档没有提到2020年，但2021年为12。",
        "该公司没有提供分红。",
        "文档说明收入增长。",
        "The data do not show any decline [1].",
        "The data do not show any decline.",
        "The documents do not indicate that sales fell [1].",
        "The evidence does not show a significant difference between men and women [2].",
        "数据没有显示任何下降 [1]。",
        "资料并未显示销售额下降 [1]。",
        "The data do not reveal any statistically significant side effects.",
        "数据没有显示任何明显差异。",
    ],
)
def test_an_answer_is_no_refusal(text):
    assert not is_not_told(text)
