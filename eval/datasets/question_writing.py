"""A language model asks a question that a passage answers, and answers it."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import DecoderError
from ...generation.decoders.chat_model import ChatModel, Decoding, Message, TextPiece
from ...generation.grounding.checker import check
from ...generation.prompts.instructions import wording
from ...generation.prompts.neutral import neutral
from ...indexing.documents import Node
from ...indexing.language import detect_language
from .json_lines import WrongLine, parse_json

_MOST_CHARACTERS = 6_000
_SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}, "answer": {"type": "string"}},
    "required": ["question", "answer"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question, its answer, and whether every sentence of the answer is supported by the passage."""

    question: str
    answer: str
    supported: bool


def write_question(model: ChatModel, node: Node) -> WrittenQuestion | None:
    """What the model asks of a node; None where it finds nothing to ask.

    Raises `DecoderError` where the model fails or says something that is not of the form asked for.
    """
    passage = neutral(node.embedding_text[:_MOST_CHARACTERS])
    task = wording(detect_language(passage) or "en").draft
    messages = [Message("system", task), Message("user", f"<passage>\n{passage}\n</passage>")]
    decoding = Decoding(max_tokens=512, json_schema=_SCHEMA, thinking=False)
    text = "".join(piece.text for piece in model.stream(messages, decoding) if isinstance(piece, TextPiece))
    question, answer = _parsed(text)
    if not question or not answer:
        return None
    claims = check(answer, [node.embedding_text], question)
    return WrittenQuestion(question, answer, bool(claims) and all(one.verdict == "supported" for one in claims))


def _parsed(text: str) -> tuple[str, str]:
    try:
        said = parse_json(text)
        question, answer = said["question"], said["answer"]
    except (WrongLine, TypeError, KeyError) as error:
        raise DecoderError(
            "The model did not write a question and an answer as JSON.", hint="Use a model that follows a JSON schema."
        ) from error
    if not isinstance(question, str) or not isinstance(answer, str):
        raise DecoderError("The model wrote something else than text.", hint="Use a model that follows a JSON schema.")
    return " ".join(question.split()), answer.strip()
