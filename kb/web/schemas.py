"""What goes over the wire: requests are checked strictly, replies are described for the OpenAPI document."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kb.answer.customer import With
from kb.types import Author, DecisionKind, EntryState, Priority, Reason, ReplyKind, TicketState

#: Characters of a question.
LONGEST_QUESTION = 1000
#: Characters of a reply, a comment or a note.
LONGEST_TEXT = 4000

_LINE_CONTROLS = frozenset("\n\r\t")


def no_controls(text: str) -> str:
    """Refuse control characters but line breaks and tabs: no keyboard sends them, and not every store takes them."""
    if not text.isprintable() and any(
        unicodedata.category(char) == "Cc" and char not in _LINE_CONTROLS for char in text
    ):
        raise PydanticCustomError("control_character", "String should have no control characters")
    return text


Name = Annotated[str, StringConstraints(max_length=100), AfterValidator(no_controls)]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True),
    AfterValidator(no_controls),
]
Comment = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(no_controls)]
AskedText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_QUESTION, strip_whitespace=True),
    AfterValidator(no_controls),
]
_Somebody = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(no_controls)
]
#: Ids of the caller's own making may be shorter than ours, but must survive a URL.
Conversation = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\-]{1,128}$")]
MessageName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:\-]{8,64}$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[\w.:\-]{1,32}$")]
Outcome = Annotated[str, StringConstraints(pattern=r"^[\w.:\-]{1,64}$")]


# All checks are made when they are first needed: a service that starts would wait for those of every route.


class Given(BaseModel):
    """A request body: no field too many, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Shown(BaseModel):
    """Part of a reply; read off the domain's own values."""

    model_config = ConfigDict(from_attributes=True, defer_build=True)


# --- questions ---------------------------------------------------------------------------------------------------


class AnswerIn(Given):
    """A customer's question."""

    question: AskedText = Field(examples=["买的奶粉还没发货，可以退款吗"])
    conversation_id: Conversation | None = Field(
        None, description="ties questions together, and to the agent who takes over; made up by the caller"
    )
    message_id: MessageName | None = Field(
        None,
        description="the sender's own id of this message, for a conversation: sent again, for instance because the "
        "connection broke, it is not asked again but gets the same reply",
    )
    channel: Channel | None = Field(None, description="where the question comes from", examples=["app"])
    product: Name | None = Field(None, description="only entries for this product, and those for every product")
    category: Name | None = Field(None, description="only entries of this category")
    tags: list[Name] | None = Field(None, max_length=20, description="only entries that carry all of these tags")
    top_k: int = Field(5, ge=1, le=20, description="candidates to return at most")
    dry_run: bool = Field(default=False, description="decide, but write nothing: no record, no conversation, no ticket")
    explain: bool = Field(default=False, description="say what the confidence of each candidate was made from")


class LinkOut(Shown):
    """A page that an answer points to."""

    title: str
    url: str


class CitedOut(Shown):
    """A passage of a product document, with where it stands."""

    id: str
    document: str = Field(description="its title")
    section: list[str] = Field(description="headings above it, the outermost first")
    page: int | None
    citation: str = Field(examples=["《纸尿裤选购指南》“尺码对照”第 3 页"])
    text: str = Field(description="the sentences that have to do with the question")
    confidence: float = Field(ge=0, le=1)


class EntryAnswer(Shown):
    """The entry that answers the question, or the passage of an approved document."""

    entry_id: str = Field(description='"" when a passage answers')
    question: str
    text: str
    category: str
    links: list[LinkOut]
    follow_ups: list[str] = Field(description="standard questions that the customer may want to ask next")
    passage: CitedOut | None = Field(None, description="what answers when no entry does")


class CandidateOut(Shown):
    """An entry that may answer the question."""

    entry_id: str
    question: str
    matched: str = Field(description="the phrasing that came closest")
    confidence: float = Field(ge=0, le=1)


class OptionOut(Shown):
    """A question that the customer may choose; sent back as it is, it is answered."""

    entry_id: str
    question: str


class TicketRef(Shown):
    """The ticket that was opened."""

    id: str
    reason: Reason
    priority: Priority
    due_at: datetime


class LimitsOut(Shown):
    """From which confidence on a candidate is answered outright, or offered."""

    answer: float
    suggest: float


class CandidateExplained(Shown):
    """What a candidate's confidence was made from."""

    entry_id: str
    confidence: float
    conflict: str = Field(description='the detail that speaks against it, "" for none')
    features: dict[str, float] = Field(description="as measured")
    contributions: dict[str, float] = Field(description="log-odds that each feature added")


class Explanation(Shown):
    """How the decision came about."""

    limits: LimitsOut
    candidates: list[CandidateExplained]


class AnswerOut(Shown):
    """What became of a question."""

    id: str
    decision: DecisionKind
    reason: Reason
    confidence: float = Field(ge=0, le=1)
    message: str = Field(description="what to show the customer")
    answer: EntryAnswer | None
    options: list[OptionOut] = Field(
        description="what the customer may choose from: when the decision is to clarify, and beneath an answer what "
        "else the same message asks"
    )
    candidates: list[CandidateOut] = Field(description="best first, whatever the decision")
    ticket: TicketRef | None = Field(description="when a person takes over with this question")
    conversation_id: str | None = Field(description="where the person's replies will be; made here if none was given")
    release: str
    took_ms: float
    explanation: Explanation | None = Field(description="when asked for")


class FeedbackIn(Given):
    """What a customer thought of an answer; a second word replaces the first."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(no_controls)]
    helpful: bool
    comment: Comment = ""


# --- search ------------------------------------------------------------------------------------------------------


class HitOut(Shown):
    """An entry that was found."""

    entry_id: str
    question: str
    answer: str
    category: str
    product: str
    tags: list[str]
    links: list[LinkOut]
    matched: str = Field(description="the phrasing that came closest")
    confidence: float
    highlights: "Highlights"


class Highlights(Shown):
    """Where the words stand that were looked for: [start, end) in Unicode code points."""

    question: list[tuple[int, int]]
    matched: list[tuple[int, int]]
    answer: list[tuple[int, int]]


class FoundPassageOut(CitedOut):
    """A passage that was found."""

    file: str
    approved: bool = Field(description="whether customers may be answered from its document")


class SearchOut(Shown):
    """A page of what was found, best first."""

    total: int
    limit: int
    offset: int
    results: list[HitOut]
    passages: list[FoundPassageOut] = Field(
        [], description="of product documents; on the first page, when words were looked for"
    )


class SuggestionOut(Shown):
    """A question that what was typed may become."""

    text: str = Field(description="what to offer: the entry's standard question")
    entry_id: str
    question: str
    highlights: list[tuple[int, int]] = Field(description="where in `text` the typed words stand, in code points")


class SuggestOut(Shown):
    """What to offer while somebody types."""

    suggestions: list[SuggestionOut]


# --- conversations and tickets -----------------------------------------------------------------------------------


class MessageOut(Shown):
    """One line of a conversation."""

    id: int
    author: Author
    text: str
    at: datetime
    ticket_id: str | None


class LineOut(MessageOut):
    """A line as the customer's side reads it."""

    message_id: str | None = Field(description="the sender's own id, on what was sent with one and on the reply to it")
    reply: AnswerOut | None = Field(description="on the bot's line, the whole reply as it was first given")


class MessagesOut(Shown):
    """The lines after the one asked for, oldest first."""

    conversation_id: str
    messages: list[LineOut]


class OfficeOut(Shown):
    """Whether people are there to answer."""

    open: bool = Field(description="true as well when no hours were set")
    hours: str = Field(description="in words, empty when none were set")
    opens_at: datetime | None
    closes_at: datetime | None


class StandingOut(Shown):
    """Where a conversation stands."""

    conversation_id: str
    who: With = Field(description="who answers next: the bot, whoever of the queue's agents is free, or the agent")
    message: str = Field(description="what to tell the customer while a person is awaited")
    ahead: int | None = Field(description="tickets that come before this one, while it waits")
    ticket_id: str | None
    due_at: datetime | None
    office: OfficeOut


class TicketCandidateOut(Shown):
    """A candidate as the ticket keeps it."""

    entry_id: str
    question: str
    matched: str
    confidence: float
    answer: str


class TicketPassageOut(Shown):
    """A passage as the ticket keeps it."""

    passage_id: str
    citation: str
    text: str
    confidence: float


class TicketOut(Shown):
    """A question that a person has to answer."""

    id: str
    conversation_id: str
    answer_id: str | None
    question: str
    summary: str
    reason: Reason
    category: str
    priority: Priority
    state: TicketState
    created_at: datetime
    due_at: datetime
    draft: str
    candidates: list[TicketCandidateOut]
    passages: list[TicketPassageOut] = Field(
        description="of product documents that may help; the draft may cite the first"
    )
    assignee: str
    claimed_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    reply: str
    reply_kind: ReplyKind | None
    outcome: str
    team: str = Field(description='the team it waits for; "" for everybody\'s')


class TicketDetail(TicketOut):
    """A ticket with its conversation so far."""

    messages: list[MessageOut]


class TicketsOut(Shown):
    """A page of tickets, urgent ones first, then by due time; and how many are open in all."""

    tickets: list[TicketOut]
    limit: int
    offset: int
    waiting: int
    claimed: int


class ReplyIn(Given):
    """An agent's reply; what was made of the draft is found out when it is not said."""

    text: Text
    kind: Annotated[ReplyKind, Field(strict=False)] | None = None


class TransferIn(Given):
    """To whom a ticket goes: to a colleague, or back into the queue for a team."""

    to: _Somebody | None = Field(None, description="the colleague's name")
    team: _Somebody | None = Field(None, description="the team's name, instead of a colleague's")
    note: Comment = ""

    @model_validator(mode="after")
    def to_one(self) -> Self:
        """Refuse a ticket for nobody, and one for two."""
        if (self.to is None) == (self.team is None):
            raise PydanticCustomError("one_of", "Exactly one of to and team should be given")
        return self


class NoteIn(Given):
    """What colleagues are to know; the customer never reads it."""

    text: Text


class CheckIn(Given):
    """A reply that is about to be sent."""

    text: Text


class CautionOut(Shown):
    """One thing to look at again before a reply is sent."""

    kind: str = Field(description="forbidden (a service taboo), promise (what nobody may promise) or personal")
    what: str = Field(description='the kind of personal data; "" for words')
    words: str
    line: int
    around: str = Field(description="the words with what stands beside them")


class CautionsOut(Shown):
    """What speaks against sending a reply as it is; it may be sent nevertheless."""

    cautions: list[CautionOut]


class VariantIn(Given):
    """The entry that the ticket's question is another way to ask."""

    entry_id: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(no_controls)]


class LessonOut(Shown):
    """What was written; it is served once an editor has published it."""

    entry_id: str
    question: str
    answer: str
    variants: list[str]
    state: EntryState
    revision: int


class QuickReplyIn(Given):
    """A sentence to keep."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    text: Text
    shared: bool = Field(default=False, description="for everybody; needs the role editor, and is not changed later")


class QuickReplyOut(Shown):
    """A sentence that agents send often."""

    id: str
    title: str
    text: str
    shared: bool


class QuickRepliesOut(Shown):
    """Everybody's, then one's own."""

    quick_replies: list[QuickReplyOut]


class CloseIn(Given):
    """How it ended."""

    outcome: Outcome = Field("solved", description="solved, unsolved, or a word of the house's own")


class EventOut(Shown):
    """One step in a ticket's life."""

    id: int
    at: datetime
    kind: str
    actor: str
    detail: dict[str, str | int]


class EventsOut(Shown):
    """What happened to a ticket, oldest first."""

    events: list[EventOut]


# --- health and failures -----------------------------------------------------------------------------------------


class HealthOut(Shown):
    """The process is up."""

    status: str


class ReadyOut(Shown):
    """Questions can be answered."""

    status: str
    release: str


class FieldProblem(Shown):
    """What is wrong with one field."""

    field: str
    code: str
    message: str


class Problem(Shown):
    """A failure, as RFC 9457 wants it; programs rely on `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    instance: str | None = None


# --- gaps --------------------------------------------------------------------------------------------------------


class GapAs(StrEnum):
    """What a gap becomes."""

    ENTRY = "entry"
    VARIANTS = "variants"


class NearOut(Shown):
    """An entry close to a gap."""

    entry_id: str
    question: str
    confidence: float


class NearPassageOut(Shown):
    """A passage of a document in which the answer to a gap may stand."""

    passage_id: str
    citation: str
    text: str = Field(description="the sentences that have to do with it")
    confidence: float


class SentOut(Shown):
    """A reply that agents sent."""

    text: str
    times: int
    unedited: int


class GapOut(Shown):
    """Questions that ask the same and were asked in vain."""

    id: str
    question: str = Field(description="the most typical one")
    count: int
    reasons: dict[str, int] = Field(description="how often handed_over, disliked, rephrased")
    first_day: str
    last_day: str
    minutes: float = Field(description="of agents' time")
    phrasings: list[str]
    nearest: list[NearOut]
    passages: list[NearPassageOut] = Field(description="of product documents, best first")
    replies: list[SentOut] = Field(description="best first")
    proposed_entry: str | None = Field(description="whose variants these should be; null: an entry of their own")


class GapsOut(Shown):
    """A page of gaps."""

    gaps: list[GapOut]
    total: int
    limit: int
    offset: int


class AcceptIn(Given):
    """What a gap is to become."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True, defer_build=True)

    kind: GapAs = Field(alias="as", strict=False)
    entry_id: Name = Field("", description="the entry that gets the questions as variants")
    answer: Comment = Field("", description="the new entry's answer; empty: the passage, or the best reply of an agent")
    passage_id: Name = Field("", description="a passage of a document that the new entry is drafted from, and cites")


class AcceptedOut(Shown):
    """What a gap became."""

    entry_id: str
    question: str
    answer: str
    variants: list[str]
    state: EntryState
    source: str
    revision: int
    golden: int


class IgnoredOut(Shown):
    """A gap that is not shown again."""

    gap_id: str
    question: str


class LittleUsedOut(Shown):
    """An entry that hardly ever answers."""

    entry_id: str
    question: str
    hits: int
    disliked: int
    last: datetime | None


class LittleUsedsOut(Shown):
    """Entries that hardly ever answer."""

    entries: list[LittleUsedOut]
