"""From a source back to its file, for showing the page that evidence stands on, also where that lies in an archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ..errors import InputError
from .loaders.containers import open_container
from .loaders.member_names import disk_name
from .loaders.parsed import Limits


@contextmanager
def source_file(source: str) -> Iterator[Path | None]:
    """The file of a document, None where it is gone; a member of an archive is unpacked until the block ends."""
    path = Path(source)
    if path.is_file():
        yield path
        return
    container = next((parent for parent in path.parents if parent.is_file()), None)
    if container is None:
        yield None
        return
    with TemporaryDirectory(prefix="chartwell-") as folder:
        try:
            unpacked = _unpacked(container, source[len(str(container)) + 1 :], Path(folder))
        except InputError:
            unpacked = None
        yield unpacked


def _unpacked(container: Path, place: str, folder: Path) -> Path:
    """The member at `place`, unpacked into `folder`; the name of a container in the container comes first in it."""
    for depth in range(place.count("/") + 1):
        with closing(open_container(container, Limits())) as opened:
            names = {member.name for member in opened.members}
            ways = [str(way) for way in (PurePosixPath(place), *PurePosixPath(place).parents) if str(way) in names]
            name = ways[0] if ways else place
            target = folder / str(depth) / disk_name(name)
            target.parent.mkdir()
            opened.extract(name, target)
        if name == place:
            return target
        container, place = target, place[len(name) + 1 :]
    return container
