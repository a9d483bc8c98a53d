"""What can go wrong, and what to do about it.

Every error that Chartwell raises on purpose derives from `ChartwellError`::

    ChartwellError
    ├── InputError              the document is at fault; only this document fails
    │   ├── UnsupportedFormat       no loader for what the file contains
    │   ├── DamagedFile             truncated, empty or not what it claims to be
    │   ├── EncryptedFile           needs a password
    │   ├── LimitExceeded           too many pages, pixels, bytes or seconds
    │   └── UnreadableFile          missing, no permission, vanished while it was read
    ├── CollectionError         the collection as a whole cannot be used as asked
    │   ├── NotACollection          the folder holds something else
    │   ├── SchemaTooNew            written by a newer Chartwell
    │   ├── EncoderMismatch         vectors were made by another encoder
    │   ├── CollectionLocked        another process is writing
    │   ├── CollectionDamaged       an invariant does not hold; `chartwell verify --repair`
    │   └── StorageFull             no space left
    ├── SettingsError           a setting is unknown, missing or contradictory
    │   └── InvalidDataset          a file of questions, references or predictions is not of its form
    ├── ModelUnavailable        weights cannot be found or do not load
    ├── MissingDependency       an extra is not installed; names the `pip install` line
    ├── NothingToLearn          too few questions or documents to tune a model by
    ├── QueryError              the question or its filters cannot be used
    └── DecoderError            the answer could not be generated
        ├── DecoderUnreachable      the server cannot be reached, is overloaded, or too slow
        ├── DecoderRefused          the server refuses: key, model name, or what it was asked
        ├── ContextOverflow         prompt and answer are longer than the model's context
        └── DecoderInterrupted      the answer broke off in the middle, or is none
"""

from __future__ import annotations


class ChartwellError(Exception):
    """Base of all errors raised on purpose.

    `hint` says what the user can do now; it is part of `str(error)`.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} {hint}".strip())

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders: keyword-only arguments need a hand to be unpickled.
        return (_rebuild, (type(self), self.message, self.hint), self.__dict__)


def _rebuild(kind: type[ChartwellError], message: str, hint: str) -> ChartwellError:
    return kind(message, hint=hint)


class InputError(ChartwellError):
    """A document cannot be indexed; the others are not affected. `code` is stable and stands in the ledger."""

    code = "input"


class UnsupportedFormat(InputError):
    """No loader reads what the file contains."""

    code = "unsupported"


class DamagedFile(InputError):
    """The file is empty, truncated, or not what it claims to be."""

    code = "damaged"


class EncryptedFile(InputError):
    """The file needs a password."""

    code = "encrypted"


class LimitExceeded(InputError):
    """The file exceeds a limit: pages, pixels, bytes, memory or seconds."""

    code = "limit"


class UnreadableFile(InputError):
    """The file is missing, may not be read, or vanished while it was read."""

    code = "unreadable"


class CollectionError(ChartwellError):
    """The collection as a whole cannot be used as asked."""


class NotACollection(CollectionError):
    """The folder exists and holds something that is no collection."""


class SchemaTooNew(CollectionError):
    """The collection was written by a newer version of Chartwell."""


class EncoderMismatch(CollectionError):
    """The stored vectors were made by another encoder; they are never mixed."""


class CollectionLocked(CollectionError):
    """Another process is writing to the collection."""


class CollectionDamaged(CollectionError):
    """An invariant of the store does not hold."""


class StorageFull(CollectionError):
    """The disk is full; what was committed before stays usable."""


class SettingsError(ChartwellError):
    """A setting is unknown, missing or contradicts another."""


class InvalidDataset(SettingsError):
    """A file of questions, references or predictions is not of its form; the message names file and line."""


class ModelUnavailable(ChartwellError):
    """Model weights cannot be found, are not what was expected, or do not load."""


class MissingDependency(ChartwellError):
    """An optional package is not installed; the message names the exact `pip install` line."""


class NothingToLearn(ChartwellError):
    """There are too few questions or documents to tune a model by, and to tell whether that helped."""


class QueryError(ChartwellError):
    """The question or its filters cannot be used."""


class DecoderError(ChartwellError):
    """An answer could not be generated. `retryable` says whether the same call may succeed later."""

    def __init__(self, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.retryable = retryable


class DecoderUnreachable(DecoderError):
    """The server cannot be reached, is overloaded, or does not answer in time."""


class DecoderRefused(DecoderError):
    """The server answers, and refuses: the API key, the model's name, or something in what it was asked."""


class ContextOverflow(DecoderError):
    """The prompt and the room for the answer are longer than the model's context."""


class DecoderInterrupted(DecoderError):
    """The answer broke off in the middle, or what came is no answer."""
