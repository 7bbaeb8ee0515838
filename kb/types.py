"""Domain values: frozen, without behaviour that needs the outside world. The words are those of the README."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

EntryId = NewType("EntryId", str)
PassageId = NewType("PassageId", str)
ReleaseId = NewType("ReleaseId", str)
JobId = NewType("JobId", str)
ConversationId = NewType("ConversationId", str)
AnswerId = NewType("AnswerId", str)
TicketId = NewType("TicketId", str)
KeyId = NewType("KeyId", str)


# --- knowledge ---------------------------------------------------------------------------------------------------


class EntryState(StrEnum):
    """Whether an entry may be served."""

    LIVE = "live"
    DRAFT = "draft"
    RETIRED = "retired"


_STATES = {state.value: state for state in EntryState}  # several times as quick as to call the class


@dataclass(frozen=True, slots=True)
class Link:
    """A page that an answer points to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A standard question, other ways to ask it, and the approved answer (词条)."""

    id: EntryId
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    product: str = ""
    valid_from: date | None = None  # first day on which it is served
    valid_until: date | None = None  # last day on which it is served
    state: EntryState = EntryState.LIVE
    links: tuple[Link, ...] = ()
    follow_ups: tuple[str, ...] = ()  # standard questions a customer may want to ask next

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The standard question and its variants."""
        return (self.question, *self.variants)

    def served_on(self, day: date) -> bool:
        """Whether the entry is live and `day` lies within its dates, both ends included."""
        return (
            self.state is EntryState.LIVE
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain JSON values, every field present."""
        return {
            "id": self.id,
            "question": self.question,
            "variants": list(self.variants),
            "answer": self.answer,
            "category": self.category,
            "tags": list(self.tags),
            "product": self.product,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_until": self.valid_until.isoformat() if self.valid_until else "",
            "state": self.state.value,
            "links": [{"title": link.title, "url": link.url} for link in self.links],
            "follow_ups": list(self.follow_ups),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Entry":
        """Make again what `as_dict` gave; raises KeyError or ValueError for anything else."""
        return cls(
            id=EntryId(data["id"]),
            question=data["question"],
            variants=tuple(data["variants"]),
            answer=data["answer"],
            category=data["category"],
            tags=tuple(data["tags"]),
            product=data["product"],
            valid_from=date.fromisoformat(data["valid_from"]) if data["valid_from"] else None,
            valid_until=date.fromisoformat(data["valid_until"]) if data["valid_until"] else None,
            state=_STATES[data["state"]],
            links=tuple(Link(link["title"], link["url"]) for link in data["links"]),
            follow_ups=tuple(data["follow_ups"]),
        )


@dataclass(frozen=True, slots=True)
class SourcedEntry:
    """An entry and where it came from: a file as in "faq/orders.csv", or whoever wrote it."""

    entry: Entry
    source: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that has no question of its own (段落): what an agent may cite, with where it stands."""

    id: PassageId  # the same as long as source, section and text are the same
    source: str  # a file as in "faq/manual.pdf"
    section: tuple[str, ...]  # headings above it, the outermost first; a sheet's name is one of them
    text: str  # 80 to 400 characters where the document allows it; a table's row is one passage
    page: int | None = None  # page or slide, from 1
    where: str = ""  # the same in words, with row or line where there is no page


@dataclass(frozen=True, slots=True)
class Document:
    """A file with product knowledge (资料), and whether customers may be answered from it."""

    source: str  # a file as in "faq/manual.pdf"
    title: str  # as it is cited
    passages: tuple[Passage, ...]  # in their order
    approved: bool = False  # for direct answers; lapses when its text changes


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """A customer's question with every entry that would be a right answer; none when a person must answer."""

    text: str
    expected: tuple[EntryId, ...] = ()
    handoff: str = ""  # why a person must answer, in the editor's words
    kind: str = ""  # how it is asked: spoken, typo …
    source: str = ""  # a file as in "faq/questions/answerable.jsonl", or whoever wrote it


class ListName(StrEnum):
    """The lists of words that editors can extend."""

    FORBIDDEN = "forbidden"  # 服务忌语: what no customer may be told
    PROMISES = "promises"  # what nobody may promise
    POLITE = "polite"  # one of these makes a long answer polite
    ALLOWED = "allowed"  # contact data that everybody may know
    SYNONYMS = "synonyms"  # words of one meaning, for matching; part of a release


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of a list: a wording (or /expression/), or the words of one meaning."""

    id: str
    list: ListName
    words: tuple[str, ...]  # one, but for synonyms
    takes_away: bool  # switches off the line of this text that comes with the package
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """What the asker narrows the knowledge to; an empty field narrows nothing."""

    category: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()

    def admits(self, entry: Entry) -> bool:
        """Whether `entry` lies in this scope; an entry without a product fits every product."""
        return (
            (not self.category or entry.category == self.category)
            and (not self.product or entry.product in ("", self.product))
            and set(self.tags) <= set(entry.tags)
        )


# --- a question and what is decided about it ---------------------------------------------------------------------


class DecisionKind(StrEnum):
    """What happens with a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"


class Reason(StrEnum):
    """Why a decision was taken, in words that logs, tickets and figures share."""

    EXACT = "exact"  # answer: an entry is phrased exactly so
    CONFIDENT = "confident"  # answer: likely enough right to keep the promise
    SAME_PHRASING = "same_phrasing"  # clarify: several entries claim the same text
    TOO_CLOSE_TO_CALL = "too_close_to_call"  # clarify: the runner-up is as likely
    NOT_SURE_ENOUGH = "not_sure_enough"  # clarify: likely, but not likely enough to answer
    PASSAGE = "passage"  # answer: a section of an approved document is headed exactly so, or sure enough to be the one
    DETAIL_DIFFERS = "detail_differs"  # clarify: negation, number, stage or model differ from the matched phrasing
    GREETING = "greeting"  # clarify: nothing was asked yet
    EMPTY = "empty"  # clarify: nothing that could be matched
    NOTHING_CLOSE = "nothing_close"  # handoff
    ASKED_FOR_PERSON = "asked_for_person"  # handoff
    COMPLAINT = "complaint"  # handoff
    DANGER = "danger"  # handoff: health, safety or legal matters
    ORDER_SPECIFIC = "order_specific"  # handoff: needs a look into one customer's order or account
    WITH_AGENT = "with_agent"  # handoff: a person has taken the conversation over, the bot is silent

    @property
    def by_guard(self) -> bool:
        """Whether a guard decided, whatever was matched."""
        return self in {
            Reason.DANGER,
            Reason.COMPLAINT,
            Reason.ASKED_FOR_PERSON,
            Reason.ORDER_SPECIFIC,
            Reason.GREETING,
            Reason.EMPTY,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """One customer's question as it came in."""

    text: str
    scope: Scope = field(default_factory=Scope)
    top_k: int = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer the question."""

    entry: Entry
    matched: str  # the phrasing that came closest, as the editor wrote it
    confidence: float  # 0..1, calibrated chance that this entry is the right one
    features: Mapping[str, float] = field(default_factory=dict)  # by name, as measured; only filled when explaining
    contributions: Mapping[str, float] = field(default_factory=dict)  # by feature, log-odds added; likewise
    conflict: str = ""  # the detail in which the question contradicts every phrasing: "negation", "quantity" …


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that may answer the question, with what it says about it."""

    passage: Passage
    title: str  # of its document
    approved: bool  # whether its document may answer customers
    excerpt: str  # the sentences that have to do with the question
    confidence: float  # 0..1, calibrated chance that the answer stands in this passage


@dataclass(frozen=True, slots=True)
class Limits:
    """From which confidence on a candidate is answered outright, or offered as an option."""

    answer: float
    suggest: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do and why.

    `options` are what the customer may choose from: when the decision is to clarify, and beneath an answer what else
    the same message asks.
    """

    kind: DecisionKind
    reason: Reason
    best: Candidate | None = None  # the entry to answer with; for a handoff the one the draft is made from
    options: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question looked at by one release: the decision, and the candidates it was taken from, best first."""

    decision: Decision
    candidates: tuple[Candidate, ...]
    release: ReleaseId
    passages: tuple[Cited, ...] = ()  # best first; looked for only where no entry comes close

    @property
    def confidence(self) -> float:
        """The confidence of what would be answered: the best candidate's, or the passage's; 0 when there is none."""
        if self.decision.reason is Reason.PASSAGE:
            return self.passages[0].confidence
        return self.candidates[0].confidence if self.candidates else 0.0


# --- releases ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is made of; written beside its files and into the store."""

    id: ReleaseId
    created_at: datetime  # UTC
    revision: int  # of the knowledge in the store
    entries: int
    phrasings: int
    embedder: str
    dim: int
    normaliser: str
    index: str
    limits: Limits
    promise: float  # precision of direct answers that the limits were set for
    measured: Mapping[str, float]  # what the fit of the confidence measured: questions, precision, coverage …
    files: Mapping[str, str]  # file name to the SHA-256 of its content
    fitted: Mapping[str, Any] = field(default_factory=dict)  # how the confidence was: by "golden", "variants" …


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release as the store knows it."""

    id: ReleaseId
    created_at: datetime
    revision: int
    entries: int
    phrasings: int
    current: bool


# --- work that lasts ---------------------------------------------------------------------------------------------


class JobKind(StrEnum):
    """What is to be done."""

    PUBLISH = "publish"
    INGEST = "ingest"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # until it is due, and until a process takes it
    RUNNING = "running"
    REVIEW = "review"  # files were read; nothing is written until somebody applies the plan
    DONE = "done"
    FAILED = "failed"  # or refused; `problem` says why
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """Something that takes longer than a request, done by whichever process takes it first."""

    id: JobId
    kind: JobKind
    state: JobState
    author: str
    created_at: datetime
    due_at: datetime
    request: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)  # step, done, of
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: Mapping[str, Any] = field(default_factory=dict)  # code and detail, when it failed
    started_at: datetime | None = None
    finished_at: datetime | None = None


# --- conversations, answers and tickets --------------------------------------------------------------------------


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a conversation. `id` rises within the conversation, so that a reader can ask for what is new."""

    id: int
    author: Author
    text: str
    at: datetime
    ticket_id: TicketId | None = None


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """What was asked and decided, as it is kept for feedback, figures and replay."""

    id: AnswerId
    at: datetime
    question: str
    decision: DecisionKind
    reason: Reason
    confidence: float
    entry_id: EntryId | None
    candidates: tuple[tuple[EntryId, float], ...]
    release: ReleaseId
    took_ms: float
    conversation_id: ConversationId | None = None
    channel: str = ""
    category: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a customer thought of an answer."""

    answer_id: AnswerId
    helpful: bool
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A line that the customer's side named itself, and the reply that it was given."""

    message_id: str  # of the sender's own making, once in a conversation
    line: int  # of the conversation
    reply_line: int | None  # the bot's; none while a person has the conversation
    reply: str  # JSON, as it went out


class Priority(StrEnum):
    """How soon a ticket must be looked at."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class ReplyKind(StrEnum):
    """What the agent made of the draft."""

    DRAFTED = "drafted"  # sent as it was
    EDITED = "edited"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class TicketCandidate:
    """A candidate as a ticket keeps it: it must stay readable when the entry is gone."""

    entry_id: EntryId
    question: str
    matched: str
    confidence: float
    answer: str


@dataclass(frozen=True, slots=True)
class TicketPassage:
    """A passage as a ticket keeps it: it must stay readable when the document is gone."""

    passage_id: PassageId
    citation: str  # 《title》“section”第 3 页
    text: str  # the sentences that have to do with the question
    confidence: float


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question handed over to a person (工单)."""

    id: TicketId
    conversation_id: ConversationId
    answer_id: AnswerId | None
    question: str
    summary: str
    reason: Reason
    category: str
    priority: Priority
    state: TicketState
    created_at: datetime
    due_at: datetime
    draft: str
    candidates: tuple[TicketCandidate, ...] = ()
    assignee: str = ""
    claimed_at: datetime | None = None
    replied_at: datetime | None = None  # first reply
    closed_at: datetime | None = None
    reply: str = ""  # last reply
    reply_kind: ReplyKind | None = None
    outcome: str = ""
    passages: tuple[TicketPassage, ...] = ()
    team: str = ""  # whose it is while it waits; "" is everybody's


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One step in a ticket's life."""

    id: int
    at: datetime
    kind: str  # created, claimed, released, expired, replied, transferred, returned, closed, noted, learned
    actor: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A sentence that agents send often (快捷回复)."""

    id: str
    owner: str  # whose it is; "" is everybody's
    title: str
    text: str
    at: datetime


# --- what was asked in vain --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handling:
    """What a ticket cost, and what the agent made of it."""

    draft: str
    category: str = ""
    claimed_at: datetime | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    reply: str = ""  # last reply
    reply_kind: ReplyKind | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """A question that was asked, what was decided, and what came of it."""

    answer_id: AnswerId
    at: datetime
    question: str
    decision: DecisionKind
    reason: Reason
    entry_id: EntryId | None = None  # that was answered with
    conversation_id: ConversationId | None = None
    helpful: bool | None = None  # what the customer said, if anything
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class GapDecision:
    """What an editor decided about a phrasing that was asked in vain."""

    mark: str  # fingerprint of the phrasing in matched form
    question: str  # that the gap was named by
    action: str  # "entry", "variants" or "ignore"
    entry_id: EntryId | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryUse:
    """How often an entry answered."""

    entry_id: EntryId
    hits: int
    disliked: int
    last: datetime | None
    since: datetime | None  # when the entry was first written


# --- figures -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions of a span of time share channel, decision and reason, and what customers said of them."""

    channel: str
    decision: DecisionKind
    reason: Reason
    count: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class ReleaseTally:
    """What a release was asked and how much of it it answered."""

    release: ReleaseId
    first: datetime
    questions: int
    answered: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class EntryTally:
    """How often an entry answered, and what customers said of it."""

    entry_id: EntryId
    hits: int
    helpful: int
    unhelpful: int


@dataclass(frozen=True, slots=True)
class Handled:
    """A ticket as figures see it."""

    channel: str
    reason: Reason
    priority: Priority
    created_at: datetime
    due_at: datetime
    claimed_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    reply_kind: ReplyKind | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation in which the customer was asked back."""

    conversation_id: ConversationId
    channel: str
    at: datetime
    decision: DecisionKind
    reason: Reason
    entry_id: EntryId | None
    offered: tuple[EntryId, ...]  # what the customer could choose from


# --- access ------------------------------------------------------------------------------------------------------


class Role(StrEnum):
    """What a key's holder may do; each role may also do what the ones before it may."""

    ASKER = "asker"
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key as the store knows it; the secret is shown once, when it is made, and kept as a hash only."""

    id: KeyId
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in to the pages; the password is kept as a hash only."""

    name: str  # what the person signs in with, and what tickets and the audit log know them by; never changes
    display_name: str
    role: Role  # agent, editor or admin
    created_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """A user who is signed in; of the token that the browser holds only the SHA-256 is kept."""

    user: User
    began_at: datetime
    expires_at: datetime  # moves on while the user works, at most to `ends_at`
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What the audit log is told of a change, in the transaction that makes it."""

    actor: str  # a user's or a key's name; kb with the system's user for the command line
    action: str  # thing.verb, as in "entry.write"
    target: str = ""  # the id of the thing
    detail: Mapping[str, Any] = field(default_factory=dict)  # no secrets, and nothing that a customer wrote


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change, and who made it when."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: Mapping[str, Any]
