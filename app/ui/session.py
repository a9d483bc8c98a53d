"""What the pages share: the open collections, the runs of indexing, and what this browser tab is at."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from ...errors import ChartwellError
from ..client import Chartwell
from ..settings import Settings
from .index_job import IndexJobs
from .open_collections import OpenCollections
from .words import LANGUAGES, name_of, word


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is: the folder of all collections, and the open one."""

    home: Path
    name: str

    @property
    def path(self) -> Path:
        """The open collection's folder."""
        return self.home / self.name


def home() -> Path:
    """The folder whose subfolders are collections: the script's argument."""
    return Path(sys.argv[1])


def settings() -> Settings:
    """The settings in force."""
    return open_collections().settings


@st.cache_resource(show_spinner=False)
def open_collections() -> OpenCollections:
    """The open collections, of all tabs; they hold the settings, which are read once a start and changed here."""
    return OpenCollections(Settings.load())


@st.cache_resource(show_spinner=False)
def index_jobs() -> IndexJobs:
    """Runs of indexing, of all tabs."""
    return IndexJobs()


def client(path: Path) -> Chartwell:
    """The collection, opened once for all tabs. Raises what `Chartwell.open` raises, except for another encoder."""
    return open_collections().of(path)


def told_error(error: Exception) -> str:
    """What to say of an error; that of a defect names its kind, too."""
    if not isinstance(error, ChartwellError):
        return f"{type(error).__name__}: {error}"
    return str(error)  # its hint included


def language() -> str:
    """The interface's language in this tab; kept in the address, so that it survives a reload."""
    chosen = st.query_params.get("lang", "")
    return chosen if chosen in LANGUAGES else "en"


def named(known: str) -> str:
    """A channel, stage or kind of signal in this tab's language."""
    return name_of(known, language())


def say(key: str, **values: object) -> str:
    """Words in this tab's language."""
    return word(key, language(), **values)
