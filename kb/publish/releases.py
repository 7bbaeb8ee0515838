"""Going back to an older release, which needs nothing of what builds one and is done in a moment."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.answer.confidence import Calibration
from kb.errors import Conflict, DiskRefused, KbError, NotFound
from kb.index import release
from kb.ports import Clock, Embedder, Indexing
from kb.store.audit import COMMAND_LINE
from kb.store.store import Store
from kb.types import Manifest, Note, ReleaseId

_LOCK = ".publishing"


class Releases:
    """Goes back to older releases. Whoever moves the pointer does it alone."""

    def __init__(
        self, store: Store, clock: Clock, root: Path, embedder: Callable[[], Embedder], indexing: Indexing
    ) -> None:
        """Take the folder of the releases, and what gives the embedder."""
        self._store = store
        self._clock = clock
        self._root = root
        self._embedder = embedder
        self._indexing = indexing

    def rollback(self, to: ReleaseId | None = None, *, by: str = COMMAND_LINE) -> Manifest:
        """Make an older release live again: `to`, or the one before the present one. Raises NotFound, ReleaseError."""
        with self._alone():
            to = to or self._store.releases.previous()
            if to is None:
                raise NotFound("there is no earlier release to go back to")
            manifest = self._store.releases.get(to)
            release.verify(self._root, to, self._store.releases.current())
            Calibration.from_json(release.calibration(self._root, to, self._embedder().name, self._indexing))
            note = Note(by, "release.rollback", to, {"before": self._store.releases.current()})
            self._store.releases.point(to, self._clock.now(), note)
            return manifest

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock that keeps other processes from publishing; the system lets go of it when a process dies."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / _LOCK).open("w") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise Conflict("another process is publishing right now; try again when it is done") from error
                yield
        except KbError:
            raise
        except OSError as error:
            raise DiskRefused.at(f"the folder of releases {self._root}", error) from error
