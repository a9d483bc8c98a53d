"""The benchmark of the checks: what is false, what is only said otherwise, and how both are scored."""

import json
from random import Random

import pytest

from chartwell.eval.benchmarks import check_speed
from chartwell.eval.benchmarks.claim_rewriting import REWRITINGS
from chartwell.eval.benchmarks.grounding_checks import Case, auroc, cases_of, checked, main
from chartwell.eval.claim_perturbation import PERTURBATIONS, Statement

SENTENCE = "About 57% of Black adults and 46% of Asian adults say that the Senate is more important in 2019."
EVIDENCE = f"{SENTENCE} The House was asked about, too. It was a survey by Northwind."


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("numbers exchanged", SENTENCE.replace("57%", "0%").replace("46%", "57%").replace("0%", "46%")),
        ("reversal", SENTENCE.replace("more", "less")),
    ],
)
def test_what_is_made_false(kind, made):
    assert PERTURBATIONS[kind](Statement(SENTENCE, EVIDENCE, [], []), Random(0)) == made


def test_a_first_name_is_changed_only_where_it_is_known_for_one():
    statement = Statement("Northwind asked many adults.", EVIDENCE, [], ["Contoso"])
    assert PERTURBATIONS["name at the start"](statement, Random(0)) == "Contoso asked many adults."
    statement = Statement("Adults were asked much.", EVIDENCE, [], ["Contoso"])
    assert PERTURBATIONS["name at the start"](statement, Random(0)) is None


def test_the_halves_have_phrasings_of_their_own():
    for kind, rewrite in REWRITINGS.items():
        if kind == "true, time in front":  # there is only one way
            continue
        made = {half: rewrite(SENTENCE, half, Random(0)) for half in ("tune", "report")}
        assert made["tune"] != made["report"], kind
    assert REWRITINGS["true, numbers otherwise"](SENTENCE, "report", Random(0)).startswith("About 57 per cent of")
    assert REWRITINGS["true, time in front"]("Sales rose in all of Norway in 2019.", "tune", Random(0)) == (
        "In 2019, Sales rose in all of Norway."
    )


def test_the_right_evidence_and_region_are_scored():
    others = ("Nothing of the kind.", "It rained all day long.")
    case = Case("1", "true", SENTENCE, SENTENCE, EVIDENCE, others)
    (result,) = checked([case])
    assert (result.claim.verdict, result.evidence_right, result.region_right) == ("supported", True, True)
    assert case.verbatim
    assert case.baseline == 1.0
    (result,) = checked([Case("1", "unsupported", "It rained all day long.", SENTENCE, EVIDENCE, others)])
    assert not result.evidence_right


def test_auroc_counts_ties_half():
    assert auroc([1.0, 0.5], [0.5, 0.0]) == 0.875


def test_cases_hold_true_and_false_of_one_half():
    pairs = [(str(n), SENTENCE, EVIDENCE) for n in range(8)]
    tune, report = (cases_of(pairs, half, 0, 2) for half in ("tune", "report"))
    assert {case.item for case in tune}.isdisjoint(case.item for case in report)
    assert {"true", "number", "negation", "true, other opening"} <= {case.kind for case in tune}
    assert all(len(case.others) == 2 for case in tune)


def test_the_report_is_printed(tmp_path, monkeypatch, capsys):
    items = [{"id": str(n), "answer": SENTENCE, "paragraph": EVIDENCE} for n in range(6)]
    path = tmp_path / "items.jsonl"
    path.write_text("\n".join(map(json.dumps, items)))
    monkeypatch.setattr("sys.argv", ["grounding_checks", "--items", str(path), "--half", "all"])
    main()
    printed = capsys.readouterr().out
    assert "100.0% of 6 true statements stand in the evidence word for word" in printed
    assert "| numbers exchanged | 6 |" in printed


def test_speed_is_measured_on_answers_about_the_evidence():
    for make in (check_speed.passages, check_speed.tables):
        answer, evidence = make(Random(0))
        assert len(evidence) == 10
        assert answer.count(".") == 5
