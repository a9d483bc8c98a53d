import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwell.retrieval.signals import Signal, find_signals, signal_bonus, signal_form


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What were net sales in 2021?", ["year 2021"]),
        ("the “Net Sales” of FY2023 against 2019–2021", ["phrase net sales", "year 2023", "year 2019", "year 2021"]),
        ('What is "quiet quitting"?', ["phrase quiet quitting"]),
        ("公司2021年的「净利润」是多少", ["phrase 净利润", "year 2021"]),
        ('公司的"净利润"和"毛利"是多少', ["phrase 净利润", "phrase 毛利"]),
        ("公司的‘净利润’，＂毛利＂，〝收入〞", ["phrase 净利润", "phrase 毛利", "phrase 收入"]),
        ("was ist „grüner Wasserstoff“?", ["phrase grüner wasserstoff"]),
        ("what does ‘don’t panic’ or 'quiet quitting' mean", ["phrase don't panic", "phrase quiet quitting"]),
        ('is "profit"—or "loss"\'s sum—told', ["phrase profit", "phrase loss"]),
        ("the workers' and the companies' rights in the '80s and '90s, it's so", []),
        ("rock ‘n’ roll of the ‘60s isn’t what the Beatles’ fans say", []),
        ('管5"和7"的价格', []),
        ("$1.5bn or 1,234.5 in the top 3", ["number 1.5", "number 1234.5"]),
        ("US$45 million, ~30% of those over 65+ in 2021Q4", ["number 45", "number 30", "number 65", "year 2021"]),
        ('a 5" and a 7" pipe', []),
        ("Form 10-K, GPT-4, Q3, the 3rd, B2B", []),
        ('"" and " "', []),
        ("", []),
    ],
)
def test_what_a_question_insists_on(question, expected):
    assert [f"{signal.kind} {signal.text}" for signal in find_signals(question)] == expected


@pytest.mark.parametrize(
    ("signal", "text", "held"),
    [
        (Signal("phrase", "net sales"), "Net\nSales rose", True),
        (Signal("phrase", "net sale"), "net sales", False),
        (Signal("phrase", "sales"), "netsales, resales, sales", True),
        (Signal("phrase", "净利润"), "公司净利润为三亿元", True),
        (Signal("year", "2021"), "in FY2021.", True),
        (Signal("year", "2021"), "12021 or 2021.5", False),
        (Signal("number", "1234.5"), "a total of 1,234.5 tonnes", True),
        (Signal("number", "15"), "1.15 and 150", False),
    ],
)
def test_a_signal_is_held_by_whole_words_and_numbers(signal, text, held):
    assert signal.holds(signal_form(text)) is held


@given(st.text(max_size=200))
def test_any_text_has_signals_that_it_may_be_asked_for(text):
    for signal in find_signals(text):
        assert signal.text
        assert signal.holds(signal_form(text)) or signal.kind != "phrase"


PHRASES = (Signal("phrase", "a"), Signal("phrase", "b"))
YEAR = Signal("year", "2021")


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.sets(st.sampled_from([*PHRASES, YEAR]))), min_size=1, max_size=20),
    st.floats(0, 2),
)
def test_a_phrase_comes_before_everything_and_no_signal_ever_costs(candidates, weight):
    scores, held = [score for score, _ in candidates], [frozenset(own) for _, own in candidates]
    bonus = signal_bonus(scores, held, (*PHRASES, YEAR), weight)
    assert all(extra >= 0 for extra in bonus)
    final = np.array(scores) + bonus
    phrases = [len(own.intersection(PHRASES)) for own in held]
    for first in np.argsort(-final, kind="stable")[:1]:
        assert phrases[first] == max(phrases)


def test_a_year_decides_between_equals_and_not_against_a_clear_lead():
    bonus = signal_bonus([1.0, 1.0, 9.0], [frozenset([YEAR]), frozenset(), frozenset()], [YEAR], 0.3)
    assert bonus[0] > bonus[1] == bonus[2] == 0
    assert 1.0 + bonus[0] < 9.0
