"""Answers through the SDK and the command line: policy, cancelling, what a consumer leaves behind, the history."""

import json
import threading

import pytest

from chartwell.app.answer_output import notes_on, print_answer, print_tokens
from chartwell.app.history_file import read_history
from chartwell.errors import DecoderInterrupted, QueryError
from chartwell.generation.abstention import Answerability
from chartwell.generation.answer import CitationEvent, DoneEvent, RetrievalEvent, TokenEvent, VerdictEvent
from chartwell.generation.answerer import Answerer
from chartwell.generation.decoders.chat_model import Finish, TextPiece, Usage

QUESTION = "Who paid for the crane?"
TRUE = "The new crane was paid for by the town of Elmsford."
FALSE = "The new crane was paid for by the town of Skarholm."


class Dictated:
    """A decoder that writes what it is told, and notes when it is left."""

    name = "dictated"

    def __init__(self, *pieces, finish=None):
        self.pieces = pieces
        self.finish = finish or Finish("stop")
        self.written = 0
        self.left = threading.Event()

    def stream(self, prompt, *, cancel=None):
        try:
            for piece in self.pieces:
                if cancel is not None and cancel.is_set():
                    yield Finish("cancelled")
                    return
                self.written += 1
                yield TextPiece(piece)
            yield self.finish
        finally:
            self.left.set()


def ask(client, *pieces, policy="annotate", finish=None):
    decoder = Dictated(*pieces, finish=finish)
    return Answerer(client.retriever, decoder, policy=policy).answer(QUESTION)


def test_events_come_in_order_and_the_answer_is_bound_to_its_places(indexed):
    events = list(indexed.stream(QUESTION))
    kinds = [type(event) for event in events]
    assert kinds[0] is RetrievalEvent
    assert kinds[-1] is DoneEvent
    assert kinds.index(TokenEvent) < kinds.index(CitationEvent) < kinds.index(VerdictEvent)
    answer = events[-1].answer
    citation = answer.citations[0]
    assert answer.evidence[citation.number - 1].source == citation.source
    assert (citation.page, citation.verdict) == (2, "supported")
    assert 0 < citation.region.region.box.y0 < citation.region.region.box.y1 < 1
    assert json.loads(json.dumps(answer.to_dict()))["citations"][0]["region"]["page"] == 2


def test_annotate_shows_what_fails(indexed):
    answer = ask(indexed, TRUE, " [1] ", FALSE, " [1]")
    assert FALSE in answer.text
    assert [claim.verdict == "supported" for claim in answer.claims] == [True, False]
    assert answer.withheld == ()


def test_strict_leaves_out_what_fails_and_says_so(indexed):
    answer = ask(indexed, TRUE, " [1] ", FALSE, " [1]", policy="strict")
    assert FALSE not in answer.text
    assert [claim.text for claim in answer.withheld] == [FALSE]
    assert not answer.abstained


def test_strict_withholds_an_answer_of_which_nothing_is_left(indexed):
    answer = ask(indexed, FALSE, " [1]", policy="strict")
    assert answer.abstained
    assert answer.text == "The documents do not tell."
    assert answer.claims == answer.citations == ()
    assert answer.evidence


def test_a_model_that_says_it_is_not_told_abstains(indexed):
    answer = ask(indexed, "The provided documents do not mention ", "who paid. [1]")
    assert answer.abstained
    assert answer.claims == ()


def test_where_the_evidence_hardly_answers_the_decoder_is_not_asked(indexed):
    decoder = Dictated(TRUE)

    def ask_with(question, least):
        answerer = Answerer(
            indexed.retriever,
            decoder,
            answerability=Answerability(lambda tokens: dict.fromkeys(tokens, 1.0)),
            min_answerability=least,
        )
        return answerer.answer(question)

    assert not ask_with(QUESTION, 0.3).abstained
    foreign = "What is the boiling point of tungsten hexafluoride?"
    asked = decoder.written
    answer = ask_with(foreign, 0.3)
    assert answer.abstained
    assert decoder.written == asked
    assert answer.evidence
    assert answer.to_dict()["answerability"] < 0.3 < ask_with(QUESTION, 0.3).answerability
    assert not ask_with(foreign, 0.0).abstained


def test_numbers_that_stand_for_nothing_are_not_cited(indexed):
    answer = ask(indexed, FALSE, " [77]")
    assert answer.cited == ()
    assert answer.claims[0].citation_status == "invalid"
    assert answer.citations == ()


def test_what_the_decoder_tells_of_itself_stands_in_the_answer(indexed):
    answer = ask(indexed, TRUE, finish=Finish("length", Usage(9, 8), ("The server is slow.",), "other"))
    assert (answer.finish, answer.usage, answer.decoder) == ("length", Usage(9, 8), "other")
    assert "The server is slow." in answer.warnings
    assert notes_on(answer)[-1] == "The answer is not complete: it reached the limit of tokens."


@pytest.mark.parametrize("policy", ["annotate", "strict"])
def test_a_cancelled_answer_gives_what_was_written(indexed, policy):
    cancel = threading.Event()
    decoder = Dictated(f"{TRUE} [1] ", "The crane lifts", " never this.")
    events = []
    for event in Answerer(indexed.retriever, decoder, policy=policy).stream(QUESTION, cancel=cancel):
        events.append(event)
        if isinstance(event, TokenEvent):
            cancel.set()
    answer = events[-1].answer
    assert answer.finish == "cancelled"
    assert answer.text.startswith(TRUE)
    assert "never" not in answer.text
    assert decoder.left.is_set()


def test_nothing_written_before_a_cancellation_is_no_abstention(indexed):
    cancel = threading.Event()
    cancel.set()
    (*_, done) = Answerer(indexed.retriever, Dictated(TRUE)).stream(QUESTION, cancel=cancel)
    assert (done.answer.text, done.answer.abstained, done.answer.finish) == ("", False, "cancelled")


def test_who_stops_listening_ends_the_writing(indexed):
    decoder = Dictated(TRUE, " and", " more")
    before = threading.active_count()
    events = Answerer(indexed.retriever, decoder).stream(QUESTION)
    next(event for event in events if isinstance(event, TokenEvent))
    events.close()
    assert decoder.left.is_set()
    assert decoder.written == 1
    assert threading.active_count() == before


def test_tokens_are_printed_as_they_come_and_once(indexed, capsys):
    markup = "[bold red]Elmsford[/] <b>paid</b>\x1b[31m [1]"
    decoder = Dictated(f"{TRUE} ", markup)
    answer, shown = print_tokens(Answerer(indexed.retriever, decoder).stream(QUESTION), live=True)
    print_answer(answer, {}, shown=shown)
    printed = capsys.readouterr().out
    assert printed.startswith(f"{TRUE} [bold red]Elmsford[/] <b>paid</b>")
    assert "\x1b[31m" not in printed
    assert "Its citation was added after the check." in printed
    assert markup in answer.text


def test_an_error_begins_on_a_line_of_its_own(capsys):
    def events():
        yield TokenEvent("The crane")
        raise DecoderInterrupted("The server died.")

    with pytest.raises(DecoderInterrupted):
        print_tokens(events(), live=True)
    assert capsys.readouterr().out.endswith("\n")


def test_what_was_withheld_is_printed(indexed, capsys):
    print_answer(ask(indexed, TRUE, " [1] ", FALSE, policy="strict"), {})
    printed = capsys.readouterr().out
    assert "1 claims were left out" not in printed
    assert "1 claim was left out" in printed
    assert f"withheld: {FALSE}" in printed


def test_a_claim_that_cites_the_wrong_evidence_is_printed_with_the_right_one(indexed, capsys):
    found = ask(indexed, TRUE).claims[0].evidence
    print_answer(ask(indexed, f"{TRUE} [{found % 2 + 1}]"), {})
    assert f"What it cites does not bear it out, but [{found}] does." in capsys.readouterr().out
    print_answer(ask(indexed, f"{TRUE} [{found}]"), {})
    assert "bear it out" not in capsys.readouterr().out


def test_a_history_is_a_list_or_lines(tmp_path):
    turns = [{"role": "user", "content": "问题？"}, {"role": "assistant", "content": "答案"}]
    (tmp_path / "list.json").write_text(json.dumps(turns))
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps({**turn, "more": 1}) for turn in turns))
    (tmp_path / "empty").write_text("")
    assert read_history(tmp_path / "list.json") == read_history(tmp_path / "lines.jsonl") == turns
    assert read_history(tmp_path / "empty") == []
    parted = [{"role": "user", "content": "One line.\u2028The same line."}]
    (tmp_path / "parted.jsonl").write_text(json.dumps(parted[0], ensure_ascii=False) + "\n", "utf-8")
    assert read_history(tmp_path / "parted.jsonl") == parted


@pytest.mark.parametrize("text", ["{", "[1]", '{"role": "system", "content": "x"}', '[{"role": "user"}]', "\xff"])
def test_what_is_no_history_is_refused(tmp_path, text):
    (tmp_path / "history").write_text(text, "latin-1")
    with pytest.raises(QueryError, match="history"):
        read_history(tmp_path / "history")


def test_no_history_file_is_said(tmp_path):
    with pytest.raises(QueryError, match="cannot be read"):
        read_history(tmp_path / "none")


@pytest.mark.parametrize("top_k", [0, -1, 2.5, "3"])
def test_an_answer_from_no_evidence_is_refused(indexed, top_k):
    with pytest.raises(QueryError, match="pieces of evidence"):
        indexed.ask(QUESTION, top_k=top_k)
    with pytest.raises(QueryError, match="pieces of evidence"):
        indexed.stream(QUESTION, top_k=top_k)


def test_a_comparison_is_answered_part_by_part(indexed):
    answer = indexed.ask("Compare bicycle and bus of residents")
    assert answer.searched[1:] == ("Compare bicycle of residents", "Compare bus of residents")
    assert "47%" in answer.text
    assert "31%" in answer.text


def test_a_follow_up_is_searched_for_as_a_whole_question(indexed):
    history = [{"role": "user", "content": "How many ships did the harbour handle in 2020?"}]
    answer = indexed.ask("And in 2021?", history=history)
    assert answer.searched == ("How many ships did the harbour handle in 2021?",)
    assert "412 ships" in answer.text
    assert answer.question == "And in 2021?"


@pytest.mark.parametrize("said", ["ships " * 5_000, "And in 2019? " * 300])
def test_a_follow_up_of_something_very_long_can_be_asked(indexed, said):
    history = [{"role": "user", "content": said}] * 6
    assert "412 ships" in indexed.ask("And how many ships in 2021?", history=history).text


TURN = {"role": "user", "content": "Who?"}


@pytest.mark.parametrize(
    "history",
    [None, 5, "Who?", TURN, ["Who?"], [("user", "Who?")], [TURN, {"role": "assistant", "content": None}], [{}]],
)
def test_what_is_no_history_is_refused_before_anything_is_done(indexed, history):
    with pytest.raises(QueryError, match=r"(?i)history"):
        indexed.ask("And in 2021?", history=history)


@pytest.mark.parametrize("question", ["", " \n", 7, None])
def test_what_is_no_question_is_refused_before_a_model_reads_it(indexed, question):
    with pytest.raises(QueryError):
        indexed.ask(question, history=[{"role": "user", "content": "Who?"}])
