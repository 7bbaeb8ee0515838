"""Taking files in: read, planned, reviewed, then written in one transaction. Command line and HTTP share it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

from kb import messages
from kb.errors import ConfirmationNeeded, Conflict, IngestBlocked
from kb.ingest import Cleaned, Plan, Problem, Step, plan, read
from kb.ingest.review import Finding, Lists, Weight, review_plan, untold
from kb.ports import Clock, Embedder
from kb.publish.lists import lines
from kb.store.store import Store

#: Share of the entries whose retirement must be confirmed.
TOO_MANY_RETIRED = 0.1

#: Called with a step, a key of messages.cli.STEPS, what is done of it and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What files would change and what is to be said about them, and the revision that this was found out for."""

    plan: Plan
    problems: tuple[Problem, ...]  # those that no finding tells better
    findings: tuple[Finding, ...]
    revision: int
    cleaned: tuple[Cleaned, ...] = ()  # what was taken away from documents, by file and step

    @property
    def blocking(self) -> int:
        """How many problems with the files must be solved first."""
        return sum(problem.blocks for problem in self.plan.problems)

    @property
    def harmful(self) -> int:
        """How many findings forbid to write."""
        return sum(finding.blocks for finding in self.findings)

    @property
    def doubtful(self) -> int:
        """How many findings somebody must confirm."""
        return sum(finding.weight is Weight.CONFIRM for finding in self.findings)

    @property
    def retires_many(self) -> bool:
        """Whether so many entries would be retired, or documents removed, that somebody must confirm it."""
        return max(self.plan.retire_share, self.plan.documents_share) > TOO_MANY_RETIRED

    @property
    def blocked(self) -> bool:
        """Whether nothing may be written, whoever confirms."""
        return bool(self.blocking or self.harmful)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for programs."""
        changes = self.plan
        return {
            "problems": [asdict(problem) for problem in changes.problems],
            "plan": {
                "added": [item.entry.id for item in changes.added],
                "changed": [new.entry.id for _, new in changes.changed],
                "retired": list(changes.retire),
                "unchanged": len(changes.unchanged),
                "golden": [question.text for question in changes.golden],
                "golden_gone": list(changes.golden_gone),
                "documents": _documents(changes),
            },
            "cleaned": [
                {
                    "file": one.file,
                    "step": one.step.value,
                    "name": messages.ingest.STEPS[one.step],
                    "count": one.count,
                    "removed": list(one.removed),
                }
                for one in self.cleaned
            ],
            "findings": [finding.as_dict() for finding in self.findings],
        }


class Intake:
    """Files become entries."""

    def __init__(
        self, store: Store, clock: Clock, timezone: tzinfo, home: Path, embedder: Callable[[], Embedder]
    ) -> None:
        """Take the shop's time zone, for dates, and `home`, where the editors' word lists are."""
        self._store = store
        self._clock = clock
        self._timezone = timezone
        self._home = home
        self._embedder = embedder

    def look(
        self,
        paths: Sequence[Path],
        *,
        everything: bool = False,
        without: Collection[Step] = (),
        progress: Progress | None = None,
    ) -> Looked:
        """Read files and folders and plan what they would change; nothing is written.

        `everything` reviews what is not changed as well; `without` names steps of cleaning that are left out.
        """
        say = progress or _silent
        reading = read(
            paths,
            today=self._today(),
            progress=lambda _, done, of: say("read", done, of),
            clean_without=without,
            known=self.sources(),
        )
        revision = self._store.entries.revision()
        existing = self._store.entries.all()
        changes = plan(reading, existing, self._store.golden.all(), self._store.documents.all())
        findings = review_plan(
            reading,
            changes,
            existing,
            self._embedder,
            today=self._today(),
            lists=Lists.read(self._home, lines(self._store.lists.all())),
            everything=everything,
            progress=lambda done, of: say("review", done, of),
        )
        problems = untold(changes.problems, findings, everything=everything)
        return Looked(changes, problems, tuple(findings), revision, reading.cleaned)

    def sources(self) -> set[str]:
        """Where what is known came from: files as in "faq/orders.csv", and whoever wrote entries."""
        return {*self._store.entries.sources(), *self._store.documents.read_at()}

    def write(self, looked: Looked, *, author: str, confirmed: bool = False) -> int:
        """Write what was planned in one transaction and return the revision, the old one when nothing changes.

        Raises IngestBlocked while a problem must be solved, ConfirmationNeeded when there are doubts, or many entries
        would be retired, and nobody `confirmed` it, Conflict when the knowledge has moved on since.
        """
        changes = looked.plan
        if looked.blocking:
            raise IngestBlocked(messages.cli.BLOCKED.format(count=looked.blocking))
        if looked.harmful:
            raise IngestBlocked(messages.cli.REVIEW_BLOCKED.format(count=looked.harmful))
        if looked.doubtful and not confirmed:
            raise ConfirmationNeeded(messages.cli.REVIEW_CONFIRM.format(count=looked.doubtful))
        if looked.retires_many and not confirmed:
            raise ConfirmationNeeded(retiring(changes, messages.cli.RETIRE_MANY))
        if changes.empty:
            if self._store.entries.revision() != looked.revision:
                raise Conflict("the knowledge has changed since these files were looked at; look again")
            return looked.revision
        return self._store.entries.apply(
            changes.put,
            changes.retire,
            author=author,
            now=self._clock.now(),
            expect=looked.revision,
            golden=changes.golden,
            golden_gone=changes.golden_gone,
            documents=changes.put_documents,
            documents_gone=changes.documents_gone,
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._timezone).date()


def retiring(changes: Plan, sentence: str) -> str:
    """Say in a sentence of messages.cli how much would go."""
    gone = [
        messages.cli.GONE[name].format(count=count, share=f"{share:.0%}")
        for name, count, share in (
            ("entries", len(changes.retire), changes.retire_share),
            ("documents", len(changes.documents_gone), changes.documents_share),
        )
        if share > TOO_MANY_RETIRED
    ]
    return sentence.format(gone="、".join(gone))


def _documents(changes: Plan) -> dict[str, Any]:
    """What becomes of documents and their passages, as plain JSON values."""
    return {
        "added": [one.new.source for one in changes.documents if one.new and not one.old],
        "changed": [one.new.source for one in changes.documents if one.new and one.old],
        "removed": list(changes.documents_gone),
        "unchanged": len(changes.documents_unchanged),
        "approval_lapses": [one.new.source for one in changes.documents if one.new and one.lapses],
        "passages": [
            {
                "file": one.one.source,
                "title": one.one.title,
                "added": [passage.id for passage in one.added],
                "removed": [passage.id for passage in one.removed],
            }
            for one in changes.documents
        ],
    }


def _silent(_step: str, _done: int, _of: int) -> None:
    pass
