"""What an edit would do, before it is written: which questions would be decided differently, or get another answer.

The edited entry is put into the live release's knowledge and nothing else is changed, so that what shows is the edit
alone, whatever else waits to be published. Asked are golden questions and what customers asked lately, those closest to
the entry's phrasings first; a question that is near none of them is not asked: the edit cannot bring the entry there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from time import monotonic

import numpy as np

from kb.answer.match import Matcher
from kb.index.exact import ExactIndex
from kb.index.knowledge import Knowledge, matched_form
from kb.ports import Clock
from kb.publish.gate import Change, Outcome, replay
from kb.store.store import Store
from kb.types import Entry, EntryId, EntryState, GoldenQuestion, Question, ReleaseId, Scope

#: Seconds after which no further question is asked.
LIMIT_S = 4.0
#: Cosine to a phrasing of the entry, old or new, from which on a question is asked.
NEAR = 0.3
#: Up to so many phrasings an edit is compared while it is typed; with more the editor asks for it.
QUICK = 80_000


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of the comparison."""

    release: ReleaseId  # that the edit was put into
    asked: int  # questions that were asked of both
    near: int  # questions that are near the entry; the others were left out for want of time
    changes: tuple[Change, ...]  # decided differently: what breaks first, then golden questions
    mended: tuple[str, ...]  # of those, golden questions that are answered rightly only with the edit
    readers: tuple[str, ...]  # questions that are answered with the entry before and after, in other words now
    entries: dict[EntryId, str]  # the standard question of every entry that is named in the changes

    @property
    def complete(self) -> bool:
        """Whether there was time for all of them."""
        return self.asked == self.near


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question to ask, with the golden question that it is, if any."""

    text: str
    scope: Scope
    golden: GoldenQuestion | None


class Preview:
    """Puts an edit into the live release and asks."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        timezone: tzinfo,
        matcher: Callable[[], Matcher],
        *,
        replay: int = 200,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        """Take what gives the live release, and how many logged questions are asked."""
        self._store = store
        self._clock = clock
        self._timezone = timezone
        self._matcher = matcher
        self._replay = replay
        self._monotonic = monotonic

    @property
    def quick(self) -> bool:
        """Whether the live release is small enough to compare an edit while it is typed; raises NotReady."""
        return len(self._matcher().knowledge.texts) <= QUICK

    def differs(self, entry: Entry) -> bool:
        """Whether the live release has the entry otherwise, or has what it should not have; raises NotReady."""
        served = next((one for one in self._matcher().knowledge.entries if one.id == entry.id), None)
        return served != entry if entry.state is EntryState.LIVE else served is not None

    def compare(self, entry: Entry, *, limit_s: float = LIMIT_S) -> Compared:
        """Ask what the edit may concern, of the release as it is and with `entry` in it; raises NotReady."""
        live = self._matcher()
        old = next((one for one in live.knowledge.entries if one.id == entry.id), None)
        new = entry if entry.state is EntryState.LIVE else None
        questions = self._near(live, old, new)
        before = _exactly(live, live.knowledge)
        after = self._edited(live, old, new)
        today = self._today()
        until = self._monotonic() + limit_s
        asked = 0
        changes: list[Change] = []
        mended: list[str] = []
        readers: list[str] = []
        for one in questions:
            if self._monotonic() > until:
                break
            asked += 1
            question = Question(one.text, one.scope)
            was, now = (Outcome.of(matcher.judge(question, today)) for matcher in (before, after))
            if was != now:
                golden = one.golden
                breaks = golden is not None and was.right_for(golden) and not now.right_for(golden)
                changes.append(Change(one.text, was, now, golden=golden is not None, breaks=breaks))
                if golden is not None and now.right_for(golden) and not was.right_for(golden):
                    mended.append(one.text)
            elif now.entry_id == entry.id and old and old.answer != entry.answer:
                readers.append(one.text)
        changes.sort(key=lambda change: (not change.breaks, not change.golden))
        return Compared(
            release=live.release_id,
            asked=asked,
            near=len(questions),
            changes=tuple(changes),
            mended=tuple(mended),
            readers=tuple(readers),
            entries=_named(changes, (before.knowledge, after.knowledge)),
        )

    def _near(self, live: Matcher, old: Entry | None, new: Entry | None) -> list[_Asked]:
        """The questions that lie near the entry, the closest first."""
        golden = [_Asked(one.text, Scope(), one) for one in self._store.golden.all()]
        known = {one.text for one in golden}
        records = self._store.answers.recent(self._replay) if self._replay else []
        logged = [_Asked(text, scope, None) for text, scope in replay(records) if text not in known]
        asked = [*golden, *logged]
        phrasings = {form for one in (old, new) if one for text in one.phrasings if (form := matched_form(text))}
        if not asked or not phrasings:
            return []
        questions = live.embedder.encode([matched_form(one.text) for one in asked])
        near = (questions @ live.embedder.encode(sorted(phrasings)).T).max(axis=1)
        return [asked[at] for at in np.argsort(-near, kind="stable").tolist() if near[at] >= NEAR]

    def _edited(self, live: Matcher, old: Entry | None, new: Entry | None) -> Matcher:
        """What would judge with the edit; where no phrasing changes, what is searched stays as it is."""
        knowledge = live.knowledge
        if old and new and old.phrasings == new.phrasings:
            edited = knowledge.answering([new if one.id == new.id else one for one in knowledge.entries])
        else:
            rest = [one for one in knowledge.entries if one.id != (new or old or _NOBODY).id]
            edited = Knowledge.build(
                [*rest, new] if new else rest,
                live.embedder,
                index=ExactIndex,
                words=knowledge.words,
                interaction=knowledge.interaction,
                synonyms=knowledge.synonyms,
                before=knowledge.taken_as_read(),
            )
        return _exactly(live, edited)

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return now.astimezone(self._timezone).date()


_NOBODY = Entry(EntryId(""), "", "")


def _exactly(live: Matcher, knowledge: Knowledge) -> Matcher:
    """What judges as a release does, with exact search: no difference comes from how vectors are found."""
    return Matcher(
        knowledge.searched_by(ExactIndex(knowledge.vectors)),
        live.embedder,
        live.calibration,
        live.limits,
        live.release_id,
        remember=0,
        passages=live.passages,
    )


def _named(changes: Sequence[Change], knowledges: Sequence[Knowledge]) -> dict[EntryId, str]:
    wanted = {outcome.entry_id for change in changes for outcome in (change.old, change.new)}
    return {one.id: one.question for knowledge in knowledges for one in knowledge.entries if one.id in wanted}
