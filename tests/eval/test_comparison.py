"""Two runs compared: what is found, what is not, and what may not be compared at all."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.errors import NotARun, RunIncomplete, RunMismatch, SettingsError
from chartwell.eval import RunOptions, compare, evaluate
from chartwell.eval.comparison.comparison_report import comparison_markdown
from chartwell.eval.comparison.paired_statistics import detectable_difference, differences, holm
from chartwell.eval.reports.markdown import plain


@pytest.fixture(scope="module")
def runs(victim, tmp_path_factory):
    """A run, and one of a system that is led astray."""
    folder = tmp_path_factory.mktemp("runs")
    questions = folder / "questions.jsonl"
    sentences = [
        (source, page, text) for source, texts in victim.SENTENCES.items() for page, text in enumerate(texts, 1)
    ]
    lines = [
        {
            "id": f"{number}",
            "question": " ".join(text.rstrip(".").split()[: 5 + number % 3]) + "?",
            "answers": [text],
            "relevant": [{"source": source, "page": page}],
        }
        for number in range(4)
        for source, page, text in sentences
        for number in [number * 10 + len(text) % 10 + 100 * page + 1000 * len(source)]
    ]
    unique = {line["id"]: line for line in lines}.values()
    questions.write_text("".join(json.dumps(line) + "\n" for line in unique))
    better = evaluate(victim.SmallSystem(), questions, folder / "before")
    worse = evaluate(victim.SmallSystem(weight=0.01, settings={"preset": "astray"}), questions, folder / "after")
    return better, worse


def test_a_run_is_not_unlike_itself(runs):
    found = compare(runs[0], runs[0].path)
    assert found.differences
    assert not any(one.significant or one.difference for one in found.differences)
    assert found.regressions == found.changed == ()


def test_a_worse_run_is_worse_with_its_regressions_and_what_was_changed(runs):
    better, worse = runs
    found = compare(better, worse)
    by_name = {one.metric: one for one in found.differences}
    ndcg = by_name["page.nDCG@10"]
    assert ndcg.difference < 0
    assert ndcg.low <= ndcg.difference <= ndcg.high
    assert ndcg.p <= ndcg.p_holm
    assert found.changed == ("settings.preset: small, now astray",)
    first = found.regressions[0]
    assert first.metric == "strict.token_f1"
    assert first.b < first.a
    assert first.answer_a == better.answers[first.item]["text"]
    assert first.answer_b == worse.answers[first.item]["text"]
    drops = [one.b - one.a for one in found.regressions]
    assert drops == sorted(drops)
    assert compare(worse, better).regressions == ()


def test_metrics_can_be_chosen(runs):
    assert [one.metric for one in compare(*runs, metrics=["rougeL"]).differences] == ["rougeL"]
    assert [one.metric for one in compare(*runs, metrics=["rougeL"], also=["MRR", "chrf"][1:]).differences] == [
        "rougeL",
        "chrf",
    ]
    assert len(compare(*runs, metrics=["all"]).differences) > 40
    with pytest.raises(SettingsError, match="no_such"):
        compare(*runs, metrics=["no_such"])
    with pytest.raises(SettingsError, match="no_such"):
        compare(*runs, worst_by="no_such")


def test_a_fall_beyond_what_is_allowed_is_told(runs):
    found = compare(*runs)
    drop = -next(one.difference for one in found.differences if one.metric == "page.nDCG@10")
    assert found.fallen({"page.nDCG@10": drop + 0.01}) == []
    assert "page.nDCG@10 fell by" in found.fallen({"page.nDCG@10": drop - 0.01})[0]
    with pytest.raises(SettingsError, match="was not compared"):
        found.fallen({"perplexity": 0.1})


def test_a_fall_as_far_as_is_allowed_is_allowed(runs):
    far = replace(compare(*runs).differences[0], a=0.5, b=0.48, difference=0.48 - 0.5)
    found = replace(compare(*runs), differences=(far,))
    assert found.fallen({far.metric: 0.02}) == []
    assert found.fallen({far.metric: 0.0199})


def test_questions_that_failed_in_one_run_are_told(small_system, questions, tmp_path):
    options = RunOptions(ladder=False)
    before = evaluate(small_system(), questions, tmp_path / "before", options=options)
    after = evaluate(small_system(broken=["herring"]), questions, tmp_path / "after", options=options)
    found = compare(before, after)
    assert found.notes == ("Records that failed in B: 1; what they would have scored is in no difference.",)
    assert {one.metric: one.unpaired for one in found.differences}["strict.token_f1"] == 1
    [failure] = found.failures
    assert (failure.item, failure.lost["claims.supported"]) == ("herring", 1.0)
    assert "cannot think of" in failure.reason
    assert "Failed in B alone" in comparison_markdown(found)
    assert compare(after, before).failures == ()
    # Of the five questions answered, one that fails counts as 0; what should be low counts as 1.
    lost = before.scores["herring"]["strict.token_f1"] / 5
    assert found.fallen({"strict.token_f1": lost + 0.001}) == []
    assert "with the 1 questions" in found.fallen({"strict.token_f1": lost - 0.001})[0]
    low = compare(before, after, metrics=["claims.contradicted", "perplexity"])
    assert "claims.contradicted rose by 0.2" in low.fallen({"claims.contradicted": 0.1})[0]
    assert low.fallen({"perplexity": 1000})


def test_a_run_in_which_all_failed_falls_in_every_metric(small_system, questions, tmp_path):
    options = RunOptions(ladder=False)
    before = evaluate(small_system(), questions, tmp_path / "before", options=options)
    after = evaluate(small_system(broken=[""]), questions, tmp_path / "after", options=options)
    found = compare(before, after, also=["strict.token_f1", "claims.contradicted"])
    assert "strict.token_f1" not in {one.metric for one in found.differences}
    assert len(found.failures) == 6
    [told] = found.fallen({"strict.token_f1": 0.02})
    assert told == "strict.token_f1 has no value in B: the 5 questions that have one in A failed; 0.02 is allowed"
    assert found.fallen({"claims.contradicted": 0.5})
    assert found.fallen({"strict.token_f1": 1.0}) == []
    assert "Failed in B alone" in comparison_markdown(found)
    with pytest.raises(SettingsError, match="chrf was not compared"):
        found.fallen({"chrf": 0.1})


def test_what_should_be_low_is_better_when_it_falls(runs):
    found = compare(*runs, metrics=["claims.not_found", "token_f1"], worst_by="claims.not_found")
    assert all(one.b > one.a for one in found.regressions)
    rise = replace(found.differences[0], metric="claims.not_found", a=0.1, b=0.3, difference=0.2, p_holm=0.01)
    worse = replace(found, differences=(rise,))
    assert worse.fallen({"claims.not_found": 0.1})
    assert "**worse**" in comparison_markdown(worse)
    better = replace(found, differences=(replace(rise, a=0.3, b=0.1, difference=-0.2),))
    assert better.fallen({"claims.not_found": 0.1}) == []
    assert "**better**" in comparison_markdown(better)


def test_runs_over_different_data_sets_are_refused(runs, small_system, questions, tmp_path):
    other = evaluate(small_system(), questions, tmp_path / "other")
    with pytest.raises(RunMismatch, match=r"different data sets: .*questions\.jsonl"):
        compare(runs[0], other)


def test_foreign_and_interrupted_folders_are_refused(runs, tmp_path):
    with pytest.raises(NotARun, match="no evaluation run"):
        compare(runs[0], tmp_path)
    shutil.copytree(runs[0].path, tmp_path / "copy")
    (tmp_path / "copy" / "scores.jsonl").unlink()
    with pytest.raises(RunIncomplete, match="was interrupted"):
        compare(runs[0], tmp_path / "copy")


def test_a_metric_that_was_measured_otherwise_is_left_out(runs, tmp_path):
    shutil.copytree(runs[0].path, tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    manifest["metrics"] |= {"token_f1": "another tokenizer"}
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps(manifest))
    found = compare(runs[0], tmp_path / "copy", metrics=["all"])
    assert not {"token_f1", "strict.token_f1"} & {one.metric for one in found.differences}
    assert "another tokenizer" in found.notes[0]


def test_the_markdown_shows_texts_as_they_are(runs):
    markdown = comparison_markdown(compare(*runs))
    assert "page.nDCG\\@10" in markdown or "page.nDCG@10" in markdown
    assert "## Worst regressions" in markdown
    for hostile in ("<img src=x onerror=alert(1)>", "[a](http://b)", "![a](http://b)", "# x\n| y |", "`c` *d* _e_"):
        shown = plain(hostile)
        assert "<" not in shown
        assert "\n" not in shown
        assert not re.search(r"(?<!\\)\]\(", shown)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_keeps_order_and_never_lowers(values):
    corrected = holm(values)
    for one, other in zip(values, corrected, strict=True):
        assert one <= other <= 1.0
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(np.array(corrected)[order]) >= 0)
    assert holm(values[:1]) == [min(1.0, values[0])]


def test_holm_of_a_textbook_case():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_the_detectable_difference_is_found_four_times_in_five():
    rng = np.random.default_rng(3)
    delta = detectable_difference(0.3, 200)
    samples = rng.normal(delta, 0.3, (2_000, 200))
    z = samples.mean(axis=1) / (samples.std(axis=1, ddof=1) / np.sqrt(200))
    assert np.mean(np.abs(z) > 1.96) == pytest.approx(0.8, abs=0.03)


def test_values_that_one_run_lacks_are_counted_and_left_out():
    a = {"1": {"m": 0.5}, "2": {"m": None}, "3": {"m": 0.1}, "4": {"m": None}}
    b = {"1": {"m": 0.6}, "2": {"m": 0.4}, "3": {"m": 0.2}, "4": {"m": None}}
    (found,) = differences(a, b, ["m", "absent"])
    assert (found.n, found.unpaired) == (2, 1)
    assert found.difference == pytest.approx(0.1)
