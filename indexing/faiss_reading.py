"""Reading FAISS files without copying them, and taking copies of one's own before anything is changed.

A file that is mapped into memory is shared by all processes that read it and costs memory only as it is used. FAISS
(1.15, tried for flat indexes, graphs and inverted files) searches such an index like any other, but ends the whole
process when vectors are added to it, and crashes when they are removed: `own` must come before every change.
"""

from __future__ import annotations

from pathlib import Path

from .faiss_factory import FaissObject, load_faiss


def read_mapped(path: Path) -> tuple[FaissObject, bool]:
    """The index in the file, and whether it is mapped; an older FAISS reads a copy.

    The file must not be changed in place as long as the index lives; it may be deleted or replaced. Raises
    `RuntimeError` where it holds no index.
    """
    faiss = load_faiss()
    flag = getattr(faiss, "IO_FLAG_MMAP_IFC", None)
    if flag is None:
        return faiss.read_index(str(path)), False
    return faiss.read_index(str(path), flag), True


def own(mapped: FaissObject) -> FaissObject:
    """A copy in memory that can be changed. By way of bytes: a clone would share the mapping."""
    faiss = load_faiss()
    return faiss.deserialize_index(faiss.serialize_index(mapped))
