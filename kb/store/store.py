"""The store: one door to everything that is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select

from kb.errors import StoreError
from kb.store.answers import Answers
from kb.store.attempts import Attempts
from kb.store.audit import Audit
from kb.store.conversations import Conversations
from kb.store.database import Database
from kb.store.documents import Documents
from kb.store.entries import Entries
from kb.store.gaps import Gaps
from kb.store.golden import Golden
from kb.store.insight import Insights
from kb.store.jobs import Jobs
from kb.store.keys import Keys
from kb.store.lists import Lists
from kb.store.migrate import bring_up_to_date
from kb.store.quick_replies import QuickReplies
from kb.store.releases import Releases
from kb.store.schema import release_pointer
from kb.store.sent import SentMessages
from kb.store.sessions import Sessions
from kb.store.tickets import Tickets
from kb.store.users import Users
from kb.types import AnswerRecord, Author, KeyId, Message, Ticket, TicketId

if TYPE_CHECKING:
    from kb.store.vectors import ReleaseVectors


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answered question leaves behind; see `Store.record_answer`."""

    record: AnswerRecord
    messages: Sequence[tuple[Author, str]] = ()
    ticket: Ticket | None = None
    ticket_id: TicketId | None = None
    owner: KeyId | None = None
    sent: tuple[str, str] | None = None

    def check(self) -> None:
        """Raise ValueError when a part belongs to no conversation, or to another one."""
        if self.record.conversation_id is None and (self.messages or self.ticket):
            raise ValueError("messages and a ticket need a conversation")
        if self.ticket is not None and self.ticket.conversation_id != self.record.conversation_id:
            raise ValueError("the ticket is of another conversation than the answer")


class Store:
    """Everything that is true, in one SQL database. Safe to use from many threads.

    Every method raises StoreError, in one sentence for people, when the database cannot be reached or refuses to work.
    """

    def __init__(self, database: Database) -> None:
        """Stand on a database that is up to date; use `open`."""
        self._database = database
        self.audit = Audit(database)
        self.golden = Golden(database)
        self.documents = Documents(database, self.audit)
        self.entries = Entries(database, self.golden, self.documents, self.audit)
        self.releases = Releases(database, self.audit)
        self.conversations = Conversations(database, self.audit)
        self.answers = Answers(database, self.conversations)
        self.sent = SentMessages(database)
        self.tickets = Tickets(database, self.conversations)
        self.quick_replies = QuickReplies(database)
        self.gaps = Gaps(database, self.audit)
        self.keys = Keys(database, self.audit)
        self.jobs = Jobs(database, self.audit)
        self.users = Users(database, self.audit)
        self.sessions = Sessions(database, self.audit)
        self.attempts = Attempts(database)
        self.insight = Insights(database)
        self.lists = Lists(database, self.audit)

    @classmethod
    def open(cls, url: str) -> "Store":
        """Connect and bring the tables up to date; any number of processes may do so at once.

        `url` is "sqlite:////path/kb.db", "sqlite://" (in memory, for tests) or "postgresql+psycopg://…". Raises
        StoreError.
        """
        database = Database(url)
        try:
            bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def vectors(self) -> "ReleaseVectors":
        """Return what keeps vectors of releases in PostgreSQL and searches them; raises SettingsError on SQLite."""
        from kb.store.vectors import ReleaseVectors

        return ReleaseVectors(self._database)

    def close(self) -> None:
        """Give the connections back; the store is of no use afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def ping(self) -> None:
        """Make sure that the database still answers; raises StoreError."""
        file = self._database.url.database
        if self._database.is_sqlite and file and not Path(file).exists():
            raise StoreError(f"{self._database.place} is gone; restore it from a backup and start again")
        with self._database.connection() as connection:
            connection.execute(select(release_pointer.c.id)).all()

    def record_answer(
        self,
        record: AnswerRecord,
        *,
        messages: Sequence[tuple[Author, str]] = (),
        ticket: Ticket | None = None,
        ticket_id: TicketId | None = None,
        owner: KeyId | None = None,
        sent: tuple[str, str] | None = None,
    ) -> tuple[Message, ...]:
        """Keep a decision, the lines it added to the conversation, and the ticket it opened, in one transaction.

        The conversation is `record.conversation_id`, begun by `owner` when it is new; messages and ticket need one,
        and the ticket's must be the same: ValueError. The lines belong to `ticket`, or else to the open ticket
        `ticket_id`. `sent` is the sender's own id of the first line, with the reply as it goes out. Returns the lines
        as they were added. Raises Conflict when the answer's, the ticket's or the sender's id is taken, or when
        somebody else opened a ticket in this conversation in the meantime.
        """
        return self.record_answers([Kept(record, messages, ticket, ticket_id, owner, sent)])[0]

    def record_answers(self, kept: Sequence[Kept]) -> list[tuple[Message, ...]]:
        """Keep what several questions left behind as `record_answer` does, in one transaction: all of it or nothing."""
        for one in kept:
            one.check()
        with self._database.writing(durable=any(one.ticket for one in kept)) as cursor:
            added = [self._go_on(cursor, one) for one in kept]
            within = [
                (one.record.conversation_id, lines)
                for one, lines in zip(kept, added, strict=True)
                if one.record.conversation_id is not None
            ]
            self.conversations.write_within(cursor, within)
            self.answers.add_within(cursor, [one.record for one in kept])
            for one, lines in zip(kept, added, strict=True):
                if one.sent is not None and one.record.conversation_id is not None:
                    self.sent.add_within(cursor, one.record.conversation_id, *one.sent, lines)
            self.tickets.add_within(cursor, [(one.ticket, one.record.at) for one in kept if one.ticket is not None])
        return added

    def _go_on(self, cursor: Any, one: Kept) -> tuple[Message, ...]:
        if one.record.conversation_id is None:
            return ()
        return self.conversations.go_on_within(
            cursor,
            one.record.conversation_id,
            one.messages,
            one.record.at,
            ticket_id=one.ticket.id if one.ticket else one.ticket_id,
            owner=one.owner,
            channel=one.record.channel,
        )
