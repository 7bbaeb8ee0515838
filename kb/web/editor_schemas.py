"""What editors send and get: entries, golden questions, releases, uploads and jobs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from kb.types import EntryState, JobKind, JobState, ListName
from kb.web.schemas import AskedText, Given, Name, Shown, no_controls

_Id = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(no_controls)
]
_Line = Annotated[str, StringConstraints(max_length=1000), AfterValidator(no_controls)]
_Date = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
_Block = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(no_controls)]


class LinkIn(Given):
    """A page that the answer points to."""

    title: Name
    url: Annotated[str, StringConstraints(max_length=2000), AfterValidator(no_controls)]


class EntryIn(Given):
    """An entry as an editor writes it."""

    question: _Line
    answer: _Block
    variants: list[_Line] = Field([], max_length=500)
    category: Name = ""
    tags: list[Name] = Field([], max_length=50)
    product: Name = ""
    valid_from: _Date = Field("", description="first day on which it is served, 2026-12-01")
    valid_until: _Date = Field("", description="last day on which it is served")
    state: Annotated[EntryState, Field(strict=False)] = EntryState.LIVE
    links: list[LinkIn] = Field([], max_length=50)
    follow_ups: list[_Line] = Field([], max_length=50)
    expect: Annotated[int, Field(ge=0)] | None = Field(
        None, description="the entry's `revision` that this was made from, 0 for a new one: a conflict if it moved on"
    )


class ExpectIn(Given):
    """Which revision of the entry is meant."""

    expect: Annotated[int, Field(ge=0)] | None = None


class RestoreIn(ExpectIn):
    """To which revision an entry goes back."""

    revision: int = Field(ge=1)


class ProblemOut(Shown):
    """Something that an editor should know."""

    code: str
    message: str
    advice: str


class EntryOut(Shown):
    """An entry as the store has it."""

    id: str
    question: str
    answer: str
    variants: list[str]
    category: str
    tags: list[str]
    product: str
    valid_from: str
    valid_until: str
    state: EntryState
    links: list[dict[str, str]]
    follow_ups: list[str]
    source: str


class EntryDetail(EntryOut):
    """An entry with what is worth knowing about it."""

    revision: int = Field(description="that wrote it last; send it back as `expect`")
    problems: list[ProblemOut]


class EntriesOut(Shown):
    """A page of entries in order of id."""

    total: int
    limit: int
    offset: int
    revision: int = Field(description="of the knowledge")
    entries: list[EntryOut]


class StepOut(Shown):
    """An entry as one revision left it."""

    revision: int
    at: datetime
    author: str
    entry: dict[str, Any]


class HistoryOut(Shown):
    """What became of an entry, oldest first."""

    steps: list[StepOut]


class GoldenIn(Given):
    """A question that is asked before every publication."""

    question: AskedText
    expected: list[_Id] = Field(max_length=50, description="every entry that would be right; none for a person")
    handoff: Name = Field("", description="why a person must answer")
    kind: Name = ""


class GoldenOut(Shown):
    """A golden question."""

    id: str
    question: str
    expected: list[str]
    handoff: str
    kind: str
    source: str


class GoldenPage(Shown):
    """A page of golden questions."""

    total: int
    limit: int
    offset: int
    questions: list[GoldenOut]


class ImportedOut(Shown):
    """What came of a file of golden questions."""

    added: int
    changed: int
    unchanged: int
    problems: list[ProblemOut]


class ReleaseOut(Shown):
    """A release, with what was measured when it was made."""

    id: str
    created_at: datetime
    revision: int
    entries: int
    phrasings: int
    current: bool
    promise: float = Field(description="precision of direct answers that the limits were set for")
    limits: dict[str, float] = Field(description="from which confidence on it answers, and suggests")
    measured: dict[str, float]
    fitted: dict[str, Any] = Field(description="how the confidence was fitted")


class ReleasesOut(Shown):
    """All releases, newest first."""

    releases: list[ReleaseOut]


class PublishIn(Given):
    """How to publish."""

    accept: bool = Field(default=False, description="even when golden questions break or the promise is not kept")
    reason: Annotated[Name, Field(description="why it is accepted as it is; kept with the job")] = ""
    dry_run: bool = Field(default=False, description="build and compare only: nothing is published")
    refit: bool = Field(default=False, description="fit the confidence anew, however little has changed")
    at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        None, description="when; at once if it is not said"
    )


class RollbackIn(Given):
    """To which release to go back."""

    release: _Id | None = Field(None, description="the one before the present one if it is not said")


class RolledBack(Shown):
    """The release that is live again."""

    release: str
    entries: int


class OutcomeOut(Shown):
    """What a release does with a question."""

    decision: str
    entry_id: str | None


class ChangeOut(Shown):
    """A question that two releases treat differently."""

    question: str
    old: OutcomeOut
    new: OutcomeOut
    golden: bool
    breaks: bool


class EntryChangeOut(Shown):
    """An entry that differs between two releases."""

    id: str
    fields: list[str]
    old: dict[str, Any]
    new: dict[str, Any]


class DiffOut(Shown):
    """What differs between two releases."""

    a: str
    b: str
    added: list[dict[str, Any]]
    changed: list[EntryChangeOut]
    removed: list[dict[str, Any]]
    golden: int
    answers: list[ChangeOut]


class PendingDocumentOut(Shown):
    """A document that the next publication adds, changes or removes."""

    file: str
    title: str
    change: str = Field(description="added, changed or removed")
    approved: bool = Field(description="whether customers may be answered from it then")
    passages_added: int
    passages_removed: int


class PendingOut(Shown):
    """What is written and not yet published."""

    release: str | None
    revision: int
    published: int = Field(description="the revision that is live, 0 when nothing is")
    added: list[dict[str, Any]]
    changed: list[EntryChangeOut]
    removed: list[dict[str, Any]]
    golden: int = Field(description="golden questions written since")
    synonyms: bool = Field(description="whether words of one meaning were added or removed")
    documents: list[PendingDocumentOut] = Field(description="documents that are not served as they are")


class FacetsOut(Shown):
    """By what entries can be narrowed down, and how many there are."""

    categories: dict[str, int]
    products: dict[str, int]
    tags: dict[str, int]
    states: dict[str, int]


class PreviewOut(Shown):
    """What an entry would do if it were written so."""

    entry: EntryOut
    problems: list[ProblemOut]
    release: str | None = Field(description="that it was put into; none when nothing is published")
    asked: int = Field(description="golden and logged questions that were asked, those nearest the entry")
    near: int = Field(description="questions near the entry; some were left out when there was no time for them")
    changes: list[ChangeOut]
    mended: list[str] = Field(description="golden questions that are answered rightly only so")
    readers: list[str] = Field(description="questions that are answered with the entry before and after")


class LineIn(Given):
    """A line of a list."""

    text: Annotated[str, StringConstraints(max_length=1000), AfterValidator(no_controls)] = Field(
        description="a wording, a /regular expression/, or words of one meaning with 、 or a blank between them"
    )


class LineOut(Shown):
    """A line of a list."""

    id: str
    words: list[str]
    ours: bool = Field(description="comes with the package")
    off: bool = Field(description="comes with the package, and was switched off")
    author: str
    at: datetime | None


class ListOut(Shown):
    """A list of words: the editors' own lines, then those that come with the package."""

    name: ListName
    lines: list[LineOut]


class WordingIn(Given):
    """A text that a customer may come to read."""

    text: _Block


class SaidOut(Shown):
    """Words that should not be said."""

    name: ListName
    words: list[str]


class WordingOut(Shown):
    """What a text says that it should not."""

    found: list[SaidOut]


class LookIn(Given):
    """How to look at an upload again."""

    without: list[Annotated[str, StringConstraints(max_length=20)]] = Field(
        [], max_length=20, description="steps of cleaning that are left out, by their names in the plan"
    )


class ApplyIn(Given):
    """Write what was planned."""

    confirmed: bool = Field(default=False, description="also when doubts were found, or many entries would be retired")
    publish: bool = False
    accept: bool = Field(default=False, description="publish also what does not pass the gate")


class JobOut(Shown):
    """Work that lasts. It is kept in the store and carried out by whichever service process takes it first."""

    id: str
    kind: JobKind
    state: JobState
    author: str
    created_at: datetime
    due_at: datetime
    request: dict[str, Any]
    progress: dict[str, Any] = Field(description="step, done, of")
    result: dict[str, Any]
    problem: dict[str, Any] = Field(description="code and detail, when it failed or cannot go on")
    started_at: datetime | None
    finished_at: datetime | None


class JobsOut(Shown):
    """The last jobs, newest first."""

    jobs: list[JobOut]


# --- documents ---------------------------------------------------------------------------------------------------


class DocumentOut(Shown):
    """A product document."""

    file: str
    title: str
    approved: bool = Field(description="whether customers may be answered from it")
    passage_count: int
    read_at: datetime = Field(description="when its text was read as it is now")
    read_by: str


class DocumentsOut(Shown):
    """All documents, in order of their files."""

    documents: list[DocumentOut]


class PassageOut(Shown):
    """A passage of a document."""

    id: str
    citation: str
    section: list[str]
    page: int | None
    text: str
    entries: list[str] = Field(description="ids of the entries whose source cites it")


class DocumentDetail(DocumentOut):
    """A document with its passages."""

    passages: list[PassageOut]


class DocumentsIn(Given):
    """Which documents are meant."""

    files: list[Annotated[str, StringConstraints(min_length=1, max_length=1000)]] = Field(min_length=1, max_length=500)


class PassageEntryIn(Given):
    """What the entry's question is to be."""

    question: _Line = Field("", description="the passage's heading when it is left out")
