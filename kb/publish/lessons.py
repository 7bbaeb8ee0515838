"""What a ticket teaches: its question as another way to ask an entry, or its reply as an entry of its own."""

from dataclasses import dataclass
from typing import Any

from kb import messages
from kb.answer.desk import LEARNED
from kb.answer.gaps import reply_body
from kb.answer.handover import quoted
from kb.errors import Conflict, InputError
from kb.index.knowledge import matched_form
from kb.ports import Clock
from kb.privacy import mask
from kb.publish.editing import Editing, Kept
from kb.store.store import Store
from kb.types import Entry, EntryId, EntryState, Ticket, TicketId

_LONGEST_VARIANT = 200


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was written; an editor publishes it."""

    entry: Entry
    revision: int
    kept: Kept


class Lessons:
    """Writes what agents propose into the knowledge; nothing is served before an editor publishes it."""

    def __init__(self, store: Store, clock: Clock, editing: Editing) -> None:
        self._store = store
        self._clock = clock
        self._editing = editing

    def add_variant(self, ticket_id: TicketId, entry_id: EntryId, *, author: str) -> Lesson:
        """Add the ticket's question to an entry as another way to ask it, without personal data.

        Raises NotFound, Conflict when the entry is asked so already, InputError in the agents' words.
        """
        ticket = self._store.tickets.get(ticket_id)
        kept = self._editing.get(entry_id)
        entry = kept.sourced.entry
        if entry.state is EntryState.RETIRED:
            raise InputError(messages.desk.LEARN_RETIRED.format(question=entry.question))
        question = _question(ticket)
        if matched_form(question) in {matched_form(text) for text in entry.phrasings}:
            raise Conflict(messages.desk.LEARN_KNOWN.format(question=entry.question))
        fields = {**entry.as_dict(), "variants": [*entry.variants, question]}
        return self._write(ticket, entry_id, fields, author=author, expect=kept.revision, as_="variant")

    def propose(self, ticket_id: TicketId, *, author: str) -> Lesson:
        """Draft an entry of the ticket's question and the reply that was sent, without personal data and greetings.

        Raises NotFound, Conflict when it was proposed already, InputError in the agents' words.
        """
        ticket = self._store.tickets.get(ticket_id)
        for event in self._store.tickets.events(ticket_id):
            if event.kind == LEARNED and event.detail.get("as") == "entry":
                raise Conflict(messages.desk.LEARN_PROPOSED.format(id=event.detail["entry_id"]))
        answer = reply_body(ticket.reply)
        if not answer:
            raise InputError(messages.desk.LEARN_NO_REPLY)
        question = _question(ticket)
        fields = {
            "question": question,
            "answer": answer,
            "category": ticket.category,
            "state": EntryState.DRAFT.value,
        }
        entry_id = self._editing.free_id(question, ticket.category)
        return self._write(ticket, entry_id, fields, author=author, expect=0, as_="entry")

    def _write(
        self, ticket: Ticket, entry_id: EntryId, fields: dict[str, Any], *, author: str, expect: int, as_: str
    ) -> Lesson:
        kept = self._editing.put(entry_id, fields, author=author, expect=expect)
        detail = {"as": as_, "entry_id": entry_id, "question": kept.sourced.entry.question}
        self._store.tickets.write_down(ticket.id, LEARNED, author, detail, self._clock.now())
        return Lesson(kept.sourced.entry, kept.revision, kept)


def _question(ticket: Ticket) -> str:
    """Return the ticket's question as an entry may hold it; raises InputError when there is nothing left of it."""
    question = " ".join(mask(ticket.question).split())
    if not matched_form(question):
        raise InputError(messages.desk.LEARN_NOTHING)
    return question if len(question) <= _LONGEST_VARIANT else quoted(question)
