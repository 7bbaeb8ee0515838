"""Carries out jobs beside the requests, in a thread of its own: one a process, one job at a time."""

import logging
from threading import Event, Thread

from kb.errors import KbError
from kb.wiring import Kb

log = logging.getLogger("kb.web")

#: Seconds between two looks for a job that is due, unless this process is given one.
LOOK_S = 0.5


class Working:
    """Looks for jobs as long as the service runs.

    A process that ends in the middle of a job leaves it to another one, or to the next start: nothing is half done, for
    a revision is one transaction and a release is pointed to at the very end.
    """

    def __init__(self, kb: Kb) -> None:
        self._kb = kb
        self._over = Event()
        self._queued = kb.store.jobs.queued
        self._thread = Thread(target=self._work, name="kb-jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def stop(self, wait_s: float = 2.0) -> None:
        """Take no further job; the present one is given a moment."""
        self._over.set()
        self._queued.set()
        self._thread.join(wait_s)

    def _work(self) -> None:
        said = ""
        while not self._over.is_set():
            self._queued.clear()
            try:
                job = self._kb.run_due()
                said = ""
                if job is not None:
                    self._kb.refresh()
                    continue
            except KbError as error:
                if str(error) != said:
                    said = str(error)
                    log.warning("jobs cannot be looked for: %s", error, extra={"code": error.code})
            except Exception:
                log.exception("looking for jobs failed")
            self._queued.wait(LOOK_S)
