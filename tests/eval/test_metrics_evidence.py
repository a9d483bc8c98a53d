import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import SettingsError
from chartwell.eval.datasets.item import Box, Relevant
from chartwell.eval.metrics.abstention import abstention_table, risk_coverage
from chartwell.eval.metrics.citations import citation_scores
from chartwell.eval.metrics.cost import count_tokens, latencies, percentile
from chartwell.eval.metrics.groundedness import count_verdicts, verdict_share
from chartwell.eval.metrics.mean import mean_of
from chartwell.eval.metrics.protocol import Value
from chartwell.eval.metrics.ranking import rank_scores
from chartwell.eval.metrics.region_overlap import overlap, region_overlap
from chartwell.eval.metrics.relevance_levels import Found, judged, kinds_of
from chartwell.generation.answer import Claim
from chartwell.generation.decoders.chat_model import Usage


def found(source, *pages, kind="text", boxes=(), also=()):
    return Found((source, *also), pages, kind, boxes)


RELEVANT = (
    Relevant("2023.pdf", 12, (Box(12, 0.1, 0.1, 0.5, 0.5),), "chart", 2),
    Relevant("reports/2023.pdf", 4, node="text"),
    Relevant("notes.md"),
)


def ranks(found_, level, **options):
    told = judged(RELEVANT, found_, level, **options)
    return [told.grades.get(key) for key in told.ranked], sorted(told.grades.values())


def test_documents_are_ranked_once_whatever_their_pages():
    hits = [
        found("/a/other.pdf", 1),
        found("/a/reports/2023.pdf", 1),
        found("/a/reports/2023.pdf", 2),
        found("/notes.md"),
    ]
    assert ranks(hits, "document") == ([None, 2, 1], [1, 2])


def test_pages_of_one_document_are_told_apart():
    hits = [found("/reports/2023.pdf", 3, 4), found("/notes.md"), found("/reports/2023.pdf", 12)]
    assert ranks(hits, "page") == ([1, None, 2], [1, 2])


def test_a_figure_needs_its_kind_its_page_and_half_of_its_box():
    right = found("/reports/2023.pdf", 12, kind="chart", boxes=(Box(12, 0.1, 0.1, 0.5, 0.45),))
    wrong_kind = found("/reports/2023.pdf", 12, kind="table", boxes=right.boxes)
    elsewhere = found("/reports/2023.pdf", 12, kind="chart", boxes=(Box(12, 0.5, 0.5, 0.9, 0.9),))
    assert ranks([wrong_kind, elsewhere, right], "figure") == ([None, None, 2], [2])
    assert ranks([wrong_kind, elsewhere, right], "figure", kind="chart") == ([None, 2], [2])


def test_the_same_content_elsewhere_is_found_too():
    assert ranks([found("/copy.pdf", 1, also=("/x/notes.md",))], "document")[0] == [1]


def test_a_level_of_which_nothing_is_known_has_no_value():
    told = judged(RELEVANT[2:], [found("/notes.md")], "page")
    assert {one.value for one in rank_scores(told.ranked, told.grades).values()} == {None}
    assert kinds_of(RELEVANT) == {"chart", "text"}


def test_boxes_overlap():
    box = Box(1, 0, 0, 0.5, 0.5)
    assert overlap(box, box) == 1
    assert overlap(box, Box(2, 0, 0, 0.5, 0.5)) == 0
    assert overlap(box, Box(1, 0.5, 0, 1, 0.5)) == 0
    assert overlap(box, Box(1, 0.25, 0, 0.75, 0.5)) == pytest.approx(1 / 3)
    shown = [Box(1, 0, 0, 0.5, 0.4)]
    told = region_overlap([(box, shown), (Box(1, 0.8, 0.8, 1, 1), shown)])
    assert (told.hit.value, told.mean.value) == (0.5, pytest.approx(0.4))
    assert region_overlap([(box, [box]), (box, [])]).mean.value == 0.5  # that of another document does not count
    assert region_overlap([]).mean.reason == "no region is known"


def claim(text, *citations, verdict="supported", tier="rules"):
    return Claim(text, verdict, 1.0, tier, "", citations=citations)


def scores(claims, supporting):
    """`supporting` has for each statement the sets of passages that support it; what holds for fewer holds for more."""

    def supports(statement, passages):
        return any(needed <= set(passages) for needed in supporting[statement])

    told = citation_scores(claims, ["p1", "p2", "p3"], supports)
    return told.recall.value, told.precision.value


def test_citations_as_alce_defines_them():
    assert scores([claim("a", 1)], {"a": [{"p1"}]}) == (1, 1)
    assert scores([claim("a", 2)], {"a": [{"p1"}]}) == (0, 0)
    assert scores([claim("a", 1, 2)], {"a": [{"p1"}]}) == (1, 0.5)  # 2 is not needed
    assert scores([claim("a", 1, 2)], {"a": [{"p1", "p2"}]}) == (1, 1)  # only both together
    assert scores([claim("a", 1), claim("b")], {"a": [{"p1"}], "b": [{"p2"}]}) == (0.5, 1)
    assert scores([claim("a", 1, 9)], {"a": [{"p1"}]}) == (1, 0.5)  # 9 cites nothing
    assert scores([claim("b")], {"b": [{"p1"}]}) == (0, None)
    assert scores([], {}) == (None, None)


def test_our_verifier_reads_what_is_cited_together():
    passages = ["Net sales rose to $3.1 billion in 2023.", "The company has 12,000 employees.", "Rain fell in May."]
    right = citation_scores([claim("Net sales rose to $3.1 billion in 2023.", 1, 3)], passages)
    assert (right.recall.value, right.precision.value) == (1, 0.5)
    wrong = citation_scores([claim("Net sales rose to $3.4 billion in 2023.", 1)], passages)
    assert (wrong.recall.value, wrong.precision.value) == (0, 0)


def test_claims_are_counted_by_verdict_and_tier():
    answers = [[claim("a"), claim("b", verdict="contradicted", tier="nli")], [claim("c")], []]
    told = count_verdicts(answers).to_dict()
    assert told["claims"] == 3
    assert told["supported"] == {"share": pytest.approx(2 / 3), "tiers": {"rules": 2}}
    assert told["contradicted"]["tiers"] == {"nli": 1}
    assert verdict_share(answers[0], "supported").value == 0.5
    assert verdict_share([], "supported").value is None
    assert count_verdicts([]).share("supported").value is None


def test_the_abstention_table():
    table = abstention_table([(True, True)] * 5 + [(True, False)] + [(False, False)] * 3 + [(False, True)])
    assert table.precision.value == 0.75
    assert table.recall.value == 0.75
    assert table.false_abstentions.value == pytest.approx(1 / 6)
    assert abstention_table([(True, True)]).recall.value is None


def test_risk_falls_where_confidence_tells():
    told = risk_coverage([0.9, 0.8, 0.7, 0.1], [0, 0, 0, 1])
    assert told.points == ((0.25, 0), (0.5, 0), (0.75, 0), (1.0, 0.25))
    assert told.aurc.value == pytest.approx(0.0625)
    assert risk_coverage([0.1, 0.7, 0.8, 0.9], [0, 0, 0, 1]).aurc.value > 0.4
    with pytest.raises(SettingsError):
        risk_coverage([1.0], [])


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.0, 1.0])), min_size=1), st.randoms())
def test_risk_does_not_depend_on_the_order_of_ties(items, draw):
    told = risk_coverage(*zip(*items, strict=True))
    shuffled = list(items)
    draw.shuffle(shuffled)
    again = risk_coverage(*zip(*shuffled, strict=True))
    assert again.aurc.value == pytest.approx(told.aurc.value)
    assert told.points[-1] == (1.0, pytest.approx(sum(error for _, error in items) / len(items)))


def test_missing_values_never_enter_a_mean_silently():
    told = mean_of([Value(1.0), Value(None, "why"), Value(0.0), Value(None, "why")])
    assert told.to_dict() == {"mean": 0.5, "n": 2, "missing": 2, "missing_reasons": {"why": 2}}
    assert mean_of([Value(None, "why")]).value is None


def test_costs():
    told = latencies([{"search": 0.1, "decode": 1.0}, {"search": 0.3}])
    assert (told["search"].n, told["search"].p50, told["search"].p95) == (2, 0.1, 0.3)
    assert told["total"].p95 == pytest.approx(1.1)
    assert percentile(range(1, 101), 0.95) == 95
    tokens = count_tokens([Usage(10, 5), None, Usage(1, 1)])
    assert (tokens.n, tokens.unknown, tokens.prompt, tokens.completion) == (2, 1, 11, 6)
