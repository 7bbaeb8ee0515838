"""What is missing from the knowledge, as an editor works through it: look, accept, ignore."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kb.answer import gaps as pure
from kb.answer.alike import chances
from kb.answer.gaps import Gap, Near, Vain, Why
from kb.answer.match import Matcher
from kb.errors import Conflict, InputError, NotFound
from kb.index.knowledge import matched_form
from kb.index.shelf import place_of
from kb.ports import Clock
from kb.store.store import Store
from kb.types import (
    Cited,
    DecisionKind,
    Entry,
    EntryId,
    EntryState,
    EntryUse,
    GapDecision,
    GoldenQuestion,
    Judgement,
    Note,
    PassageId,
    Question,
    SourcedEntry,
)

#: Days that are looked back over unless told otherwise.
DAYS = 90
#: Different questions that are compared at most, the newest ones.
MOST = 3_000
#: Questions of a gap that documents are searched for, the most typical ones.
TYPICAL = 3
#: Where a drafted entry and its golden questions say they come from.
SOURCE = "kb gaps"
#: An entry that answered no more often than this within the days looked at is listed.
LOW = 2

Progress = Callable[[int, int], None]

_MARK = 12  # characters of a fingerprint that name a gap


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a gap."""

    gap: Gap
    entry: Entry
    source: str  # of the entry
    revision: int
    golden: int  # questions that are golden from now on


@dataclass(frozen=True, slots=True)
class LittleUsed:
    """An entry that hardly ever answers."""

    entry: Entry
    use: EntryUse


class Backlog:
    """Questions asked in vain, worst first, and what an editor decides about them. Every decision is remembered."""

    def __init__(self, store: Store, clock: Clock, timezone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._timezone = timezone

    def gaps(self, matcher: Matcher, days: int = DAYS, *, progress: Progress | None = None) -> list[Gap]:
        """Return what was asked in vain within `days` and would be in vain today, what cost agents most first."""
        now = self._clock.now()
        today = now.astimezone(self._timezone).date()
        certain, pairs = pure.asked_in_vain(self._store.gaps.traces(now - timedelta(days=days)))
        ignored = self._open_to_question(certain, pairs)
        every = _newest([*certain, *(one for pair in pairs for one in pair)])
        judged = {form: matcher.judge(Question(form), today) for form in every}
        certain = [one for one in certain if one.form in every and _still(one, judged[one.form])]
        pairs = [(one, two) for one, two in pairs if one.form in every and two.form in every]
        forms = sorted({one.form for one in certain} | {one.form for pair in pairs for one in pair} | set(ignored))
        alike = chances(matcher, forms, today, progress=progress)
        by_form = {(forms[a], forms[b]): chance for (a, b), chance in alike.items()}
        limit = matcher.limits.suggest
        again = [one for one in pure.rephrased(pairs, by_form, limit) if _still(one, judged[one.form])]
        vain = pure.each_once([*certain, *again])
        found = _made(vain, forms, alike, judged, limit=limit, ignored=frozenset(ignored))
        return _ranked([replace(gap, passages=_in_documents(matcher, gap)) for gap in found])

    def find(self, matcher: Matcher, gap_id: str, days: int = DAYS) -> Gap:
        """Return a gap by its id, or by that of any question in it: ids hold while a gap grows. Raises NotFound."""
        for gap in self.gaps(matcher, days):
            if gap_id == gap.id or any(_name(mark) == gap_id for mark in gap.marks):
                return gap
        raise NotFound(f"there is no gap {gap_id!r} among the questions of the last {days} days; run `kb gaps` again")

    def accept_as_entry(self, gap: Gap, author: str, *, answer: str = "", passage: PassageId | None = None) -> Accepted:
        """Draft an entry: the typical question, the others as variants, the best reply (or `answer`) as the answer.

        From a `passage` the answer is what it says, unless `answer` is given, and the entry's source cites it. Raises
        InputError when no agent has answered yet and neither is given, NotFound for an unknown passage, Conflict.
        """
        source, said = SOURCE, gap.replies[0].text if gap.replies else ""
        if passage is not None:
            document, found = self._store.documents.passage(passage)
            source, said = f"{SOURCE} {place_of(document.title, found)}", found.text
        text = answer.strip() or said
        if not text:
            raise InputError(
                "no agent has answered this yet; say how with --answer, or take a passage of a document with --passage "
                "(HTTP: the fields `answer` and `passage_id`)"
            )
        entry_id = EntryId(f"gap-{gap.id}")
        if any(sourced.entry.id == entry_id for sourced in self._store.entries.all()):
            raise Conflict(f"the entry {entry_id} was made of such a gap before; add the questions to it as variants")
        bare = Entry(
            entry_id,
            gap.question,
            text,
            category=pure.most_common_category(gap),
            state=EntryState.DRAFT,
        )
        return self._accept(gap, "entry", SourcedEntry(pure.with_variants(bare, gap.phrasings), source), author)

    def accept_as_variants(self, gap: Gap, entry_id: EntryId, author: str) -> Accepted:
        """Add the questions to an entry as other ways to ask it; raises NotFound, InputError, Conflict."""
        found = next((s for s in self._store.entries.all() if s.entry.id == entry_id), None)
        if found is None:
            raise NotFound(f"there is no entry {entry_id!r}")
        if found.entry.state is EntryState.RETIRED:
            raise InputError(f"the entry {entry_id!r} is retired; choose another, or accept the gap as a new entry")
        changed = SourcedEntry(pure.with_variants(found.entry, gap.phrasings), found.source)
        return self._accept(gap, "variants", changed, author)

    def ignore(self, gap: Gap, author: str) -> None:
        """Say that this needs no answer: neither it nor what is asked like it is shown again."""
        note = Note(author, "gap.ignore", gap.id, {"questions": len(gap.phrasings)})
        self._decide(gap, "ignore", None, author, note)

    def little_used(self, days: int = DAYS) -> list[LittleUsed]:
        """Return live entries that answered at most `LOW` times within `days`, those that never did first.

        An entry that was written within these days is left out: it had no time to be asked for.
        """
        since = self._clock.now() - timedelta(days=days)
        today = self._clock.now().astimezone(self._timezone).date()
        uses = self._store.gaps.uses(since)
        found = [
            LittleUsed(sourced.entry, use)
            for sourced in self._store.entries.all()
            if sourced.entry.served_on(today)
            and (use := uses[sourced.entry.id]).hits <= LOW
            and (use.since is None or use.since <= since)
        ]
        return sorted(found, key=lambda one: (one.use.hits, -one.use.disliked, one.entry.id))

    def _open_to_question(self, certain: list[Vain], pairs: list[tuple[Vain, Vain]]) -> dict[str, str]:
        """Take out what was decided already; return the questions that ignored gaps were named by, by form.

        What is like an ignored one is recognised by standing beside it. What was accepted counts again when it is
        asked in vain after that.
        """
        decided = {one.mark: one for one in self._store.gaps.decisions()}
        ignored = {matched_form(one.question): one.question for one in decided.values() if one.action == "ignore"}

        def is_open(vain: Vain) -> bool:
            decision = decided.get(vain.mark)
            return decision is None or (decision.action != "ignore" and vain.at > decision.at)

        certain[:] = [one for one in certain if is_open(one)]
        pairs[:] = [(one, two) for one, two in pairs if is_open(one) and is_open(two)]
        return {form: text for form, text in ignored.items() if form}

    def _accept(self, gap: Gap, action: str, sourced: SourcedEntry, author: str) -> Accepted:
        golden = self._golden(gap, sourced.entry.id)
        now = self._clock.now()
        expect = self._store.entries.revision()
        told = {"entry_id": sourced.entry.id, "questions": len(gap.phrasings), "golden": len(golden)}
        note = Note(author, f"gap.{action}", gap.id, told)
        revision = self._store.entries.apply(
            [sourced], [], author=author, now=now, expect=expect, golden=golden, note=note
        )
        self._decide(gap, action, sourced.entry.id, author)
        return Accepted(gap, sourced.entry, sourced.source, revision, len(golden))

    def _golden(self, gap: Gap, entry_id: EntryId) -> list[GoldenQuestion]:
        """The questions as golden ones; one that is golden already is taken to be answered by this entry, too."""
        there = {question.text: question for question in self._store.golden.all()}
        found = []
        for text in gap.phrasings:
            old = there.get(text)
            if old is None:
                found.append(GoldenQuestion(text, (entry_id,), kind="gap", source=SOURCE))
            elif entry_id not in old.expected:
                expected = (*old.expected, entry_id)
                found.append(GoldenQuestion(text, expected, kind=old.kind, source=old.source))
        return found

    def _decide(self, gap: Gap, action: str, entry_id: EntryId | None, author: str, note: Note | None = None) -> None:
        now = self._clock.now()
        decisions = [GapDecision(mark, gap.question, action, entry_id, author, now) for mark in gap.marks]
        self._store.gaps.decide(decisions, note)


def _newest(vain: Sequence[Vain]) -> set[str]:
    """The forms that were asked last, as many as can be compared."""
    last: dict[str, datetime] = {}
    for one in vain:
        last[one.form] = max(one.at, last.get(one.form, one.at))
    return set(sorted(last, key=lambda form: (last[form], form), reverse=True)[:MOST])


def _still(vain: Vain, judged: Judgement) -> bool:
    """Whether the question would be in vain today; a disliked answer is as long as it is the one that is given."""
    if judged.decision.kind is not DecisionKind.ANSWER or judged.decision.best is None:
        return True
    return vain.why is Why.DISLIKED and judged.decision.best.entry.id == vain.entry_id


def _name(mark: str) -> str:
    return mark[:_MARK]


def _made(
    vain: Sequence[Vain],
    forms: Sequence[str],
    alike: dict[tuple[int, int], float],
    judged: dict[str, Judgement],
    *,
    limit: float,
    ignored: frozenset[str],
) -> list[Gap]:
    """Cluster and describe. Forms that turned out not to be in vain stand aside; ignored ones take theirs with them."""
    asked: defaultdict[str, list[Vain]] = defaultdict(list)
    for one in vain:
        asked[one.form].append(one)
    there = {at for at, form in enumerate(forms) if form in asked or form in ignored}
    pairs = {pair: chance for pair, chance in alike.items() if pair[0] in there and pair[1] in there}
    times = [len(asked.get(form, ())) for form in forms]
    usual = pure.usual_minutes(vain)
    near = pure.from_both_sides(pairs, len(forms))
    found = []
    for group in pure.groups(pairs, len(forms), limit):
        if not there.issuperset(group) or not ignored.isdisjoint(forms[at] for at in group):
            continue
        ordered = [forms[at] for at in pure.by_typicality(group, near, times)]
        nearest = _nearest([judged[form] for form in ordered for _ in asked[form]])
        mine = sorted((one for form in ordered for one in asked[form]), key=lambda one: (one.at, one.form))
        sent = pure.replies(mine)
        found.append(
            Gap(
                id=_name(mine[0].mark),
                question=_wording(asked[ordered[0]]),
                phrasings=tuple(_wording(asked[form]) for form in ordered),
                asked=tuple(mine),
                minutes=pure.cost(mine, usual),
                nearest=nearest,
                replies=sent[: pure.SHOWN],
                proposed=pure.proposed_entry(nearest, sent, limit),
            )
        )
    return found


def _wording(same: Sequence[Vain]) -> str:
    """How a form was written most often, the earliest of those."""
    counted = Counter(one.text for one in same)
    return max(counted, key=lambda text: counted[text])


def _nearest(judgements: Sequence[Judgement]) -> tuple[Near, ...]:
    total: defaultdict[EntryId, float] = defaultdict(float)
    entries: dict[EntryId, Entry] = {}
    for judgement in judgements:
        for candidate in judgement.candidates:
            entries[candidate.entry.id] = candidate.entry
            total[candidate.entry.id] += candidate.confidence / len(judgements)
    best = sorted(total, key=lambda id_: (-total[id_], id_))[: pure.SHOWN]
    return tuple(Near(entries[id_], total[id_]) for id_ in best)


def _in_documents(matcher: Matcher, gap: Gap) -> tuple[Cited, ...]:
    """The passages that are nearest to a gap: the mean of their chances over its most typical questions."""
    if matcher.passages is None:
        return ()
    asked = gap.phrasings[:TYPICAL]
    total: defaultdict[PassageId, float] = defaultdict(float)
    cited: dict[PassageId, Cited] = {}
    for text in asked:
        for one in matcher.passages.find(matched_form(text)):
            cited.setdefault(one.passage.id, one)
            total[one.passage.id] += one.confidence / len(asked)
    best = sorted(total, key=lambda id_: (-total[id_], id_))[: pure.SHOWN]
    return tuple(replace(cited[id_], confidence=total[id_]) for id_ in best)


def _ranked(found: Sequence[Gap]) -> list[Gap]:
    return sorted(found, key=lambda gap: (-gap.minutes, -gap.count, gap.asked[0].at, gap.id))
