"""The embedded decoder quotes one passage, prose and sentences with numbers first, and the parts of a comparison."""

import threading

import pytest

from chartwell.generation.decoders.chat_model import Finish
from chartwell.generation.decoders.extractive import ExtractiveDecoder, ExtractiveOptions
from chartwell.generation.prompts import Prompt
from chartwell.indexing.encoders.sentence_encoder import SentenceEncoder
from chartwell.indexing.encoders.weights import resolve_text_model


@pytest.fixture(scope="module")
def decoder():
    model = resolve_text_model("sentence-transformers/all-MiniLM-L6-v2", allow_download=False)
    return ExtractiveDecoder(SentenceEncoder(model), lambda tokens: dict.fromkeys(tokens, 1.0))


@pytest.fixture(scope="module")
def survey(evidence_of):
    return (
        evidence_of("Gulls nest on the pier.", "Gulls were counted in spring.", "It rained."),
        evidence_of(
            "Bicycle use among residents has grown quickly.",
            "Some 47 % of residents use a bicycle, up from 31 %.",
            "The town was founded by fishermen.",
        ),
        evidence_of("Bicycle: 47 %", "Bus: 31 %", kind="chart"),
    )


def text_of(pieces):
    return "".join(piece.text for piece in pieces if not isinstance(piece, Finish))


def test_one_passage_is_quoted_in_reading_order_and_cited(decoder, survey):
    text = text_of(decoder.stream(Prompt("How has bicycle use among residents grown?", survey)))
    assert text == (
        "Bicycle use among residents has grown quickly. [2]\nSome 47 % of residents use a bicycle, up from 31 %. [2]"
    )


def test_the_best_piece_is_quoted_though_it_has_no_number(evidence_of, decoder):
    evidence = evidence_of("The crane was paid for by the town.", "It lifts 40 tonnes.", "It has 3 wheels.")
    assert "paid for by the town" in text_of(decoder.stream(Prompt("Who paid for the crane?", (evidence,))))


def test_parts_of_a_comparison_are_answered_one_by_one(decoder, survey):
    prompt = Prompt("Compare gulls and bicycles", survey, "en", ("Where do gulls nest?", "How many use a bicycle?"))
    pieces = decoder.choose(prompt)
    assert [piece.text for piece in pieces] == ["Gulls nest on the pier.", survey[1].parts[1].text]
    assert [piece.number for piece in pieces] == [1, 2]


def test_no_more_is_quoted_than_set(survey, decoder):
    short = ExtractiveDecoder(decoder._encoder, decoder._token_weights, ExtractiveOptions(max_pieces=1))
    assert len(short.choose(Prompt("How has bicycle use among residents grown?", survey))) == 1


def test_nothing_is_written_after_a_cancellation_or_without_evidence(decoder, survey):
    cancel = threading.Event()
    cancel.set()
    assert list(decoder.stream(Prompt("Bicycles?", survey), cancel=cancel)) == [Finish("cancelled")]
    assert list(decoder.stream(Prompt("Bicycles?", ()))) == [Finish("stop")]
