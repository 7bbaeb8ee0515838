"""Where an agent writes: the reply with its draft, or a note among colleagues."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from kb import messages
from kb.console.desk.looking import Opened
from kb.console.desk.state import State
from kb.console.markup import button, piece, tag, text
from kb.types import EntryId, Ticket, TicketId, TicketState

words = messages.desk

#: From this confidence on a candidate is named as the entry that a question may belong to.
_LIKELY = 0.3

#: A field that is only being shown takes the cursor with the next picture, unless it is wanted elsewhere by then.
_TO_END = """{
  const go = () => {
    const field = document.querySelector('.dk-field');
    if (!field?.offsetParent) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollTop = field.scrollHeight;
  };
  if (window.dkCursor !== 'left') {
    window.dkCursor = 'field';
    requestAnimationFrame(() => { if (window.dkCursor === 'field') go(); });
  }
}"""

Act = Callable[[str, str], Awaitable[None]]


@dataclass
class Written:
    """What stands in the editor of one ticket, kept while the agent looks at others."""

    reply: str
    note: str = ""
    before: str | None = None  # the reply before something was put in
    untouched: str = ""  # the reply as a draft or something inserted left it: may be replaced without asking


class Composer:
    """The foot of a ticket: claim it, write, or see who has it. What is written outlives a look at another ticket."""

    def __init__(self, act: Act) -> None:
        """Call `act` with what is to be done."""
        self._act = act
        self._texts: dict[TicketId, Written] = {}
        self._ticket: Ticket | None = None
        self._noting = False
        self._filled = False  # whether the editor shows what was written for the ticket
        with ui.element("section").classes("dk-foot") as self._root:
            self._learn = piece("", act, classes="dk-learn")
            self._bar = piece("", act, classes="dk-bar")
            with ui.element("div").classes("dk-editor") as self._editor:
                self._modes = piece("", act, classes="dk-modes")
                self._field = ui.textarea(on_change=self._typed)
                self._field.props('borderless dense input-class="dk-field" maxlength=4000')
                self._field.classes("dk-text")
                self._tools = piece("", act, classes="dk-tools")
        self._editor.set_visibility(False)

    # --- what is shown

    def show(self, state: State, opened: Opened) -> None:
        """Show what the agent can do with this ticket, and what they wrote for it."""
        ticket = opened.ticket
        other = self._ticket is None or self._ticket.id != ticket.id
        if other:
            self._noting = False
        self._ticket = ticket
        mine = state.mine
        self._root.set_visibility(True)
        self._editor.set_visibility(mine)
        self._bar.set_visibility(not mine)
        _set(self._bar, "" if mine else _bar(ticket, state.called(ticket.assignee)))
        _set(self._learn, _learn(opened, state.used.get(ticket.id)))
        self._learn.set_visibility(ticket.replied_at is not None)
        if mine:
            known = ticket.id in self._texts
            if not known:
                first = "" if ticket.replied_at else ticket.draft
                self._texts[ticket.id] = Written(first, untouched=first)
            if other or not known or not self._filled:
                self._fill()
        self._filled = mine

    def hide(self) -> None:
        """Show nothing: no ticket is open."""
        self._ticket = None
        self._filled = False
        self._root.set_visibility(False)

    def focus(self) -> None:
        """Put the cursor into the editor, behind what stands there."""
        ui.run_javascript(_TO_END)

    # --- what is written

    @property
    def noting(self) -> bool:
        """Whether what is written is for colleagues."""
        return self._noting

    @property
    def value(self) -> str:
        """What stands in the editor."""
        return str(self._field.value or "").strip()

    @property
    def writable(self) -> bool:
        """Whether something can be put into the reply."""
        return self._ticket is not None and self._ticket.id in self._texts and not self._noting

    def toggle(self, *, noting: bool) -> None:
        """Write to the customer, or to colleagues."""
        self._noting = noting
        self._fill()
        self.focus()

    def insert(self, framed: str, bare: str) -> None:
        """Put an answer in: `framed` instead of a reply nobody has touched, else `bare` behind it."""
        if (written := self._written) is not None:
            self._put(written, framed, bare, instead=written.reply == written.untouched)

    def add(self, sentence: str) -> None:
        """Put a sentence behind what is written, or in place of the bot's draft as long as it is only that."""
        if (written := self._written) is not None and self._ticket is not None:
            self._put(written, sentence, sentence, instead=written.reply == self._ticket.draft)

    def _put(self, written: Written, framed: str, bare: str, *, instead: bool) -> None:
        self._noting = False
        written.before = written.reply
        if instead or not written.reply.strip():
            written.reply = written.untouched = framed
        else:
            written.reply = f"{written.reply.rstrip()}\n{bare}"
        self._fill()
        self.focus()

    def undo(self) -> None:
        """Take back what was put in last."""
        if (written := self._written) is not None and written.before is not None:
            written.reply, written.before = written.before, None
            self._fill()
            self.focus()

    def use_draft(self) -> None:
        """Put the bot's draft back."""
        if (written := self._written) is not None and self._ticket is not None:
            written.before, written.reply = written.reply, self._ticket.draft
            written.untouched = self._ticket.draft
            self._fill()
            self.focus()

    def sent(self) -> None:
        """Empty the editor: what stood there is with its readers."""
        if (written := self._written) is not None:
            if self._noting:
                written.note = ""
            else:
                written.reply = written.untouched = ""
                written.before = None
            self._fill()

    def forget(self, ticket_id: TicketId) -> None:
        """Drop what was written for a ticket that is done with."""
        self._texts.pop(ticket_id, None)

    @property
    def _written(self) -> Written | None:
        return None if self._ticket is None else self._texts.get(self._ticket.id)

    def _typed(self) -> None:
        if (written := self._written) is None:
            return
        if self._noting:
            written.note = str(self._field.value or "")
        else:
            written.reply = str(self._field.value or "")
        self._show_tools()

    def _fill(self) -> None:
        if (written := self._written) is None:
            return
        self._field.set_value(written.note if self._noting else written.reply)
        label = words.NOTE_PLACEHOLDER if self._noting else words.PLACEHOLDER
        self._field.props(f'placeholder="{label}" aria-label="{words.NOTES if self._noting else words.REPLY}"')
        self._editor.classes(add="dk-noting" if self._noting else "", remove="" if self._noting else "dk-noting")
        self._modes.set_content(_modes(noting=self._noting))
        self._show_tools()

    def _show_tools(self) -> None:
        written, ticket = self._written, self._ticket
        if written is None or ticket is None:
            return
        if self._noting:
            self._tools.set_content(_note_tools())
            return
        differs = written.reply != ticket.draft
        html = _tools(len(written.reply.strip()), undo=written.before is not None, draft=differs)
        if html != self._tools.content:
            self._tools.set_content(html)


def _bar(ticket: Ticket, who: str) -> str:
    """What stands where the editor would, for a ticket that is not this agent's but that of `who`."""
    if ticket.state is TicketState.WAITING:
        return (
            tag("div", tag("b", text(words.DRAFT)), tag("p", text(ticket.draft)), class_="dk-draft")
            + tag("span", text(words.CLAIM_HINT), class_="kb-soft")
            + button(words.CLAIM, "claim", look="main", hint="Enter")
        )
    said = words.GONE if ticket.state is TicketState.CLOSED else words.TAKEN.format(agent=who)
    return tag("p", text(said), class_="dk-taken", role="status")


def _modes(*, noting: bool) -> str:
    def one(label: str, name: str, *, on: bool) -> str:
        pressed = "true" if on else "false"
        return tag("button", text(label), type="button", data_do="mode", data_id=name, aria_pressed=pressed)

    return one(words.REPLY, "reply", on=not noting) + one(words.NOTES, "note", on=noting)


def _tools(count: int, *, undo: bool, draft: bool) -> str:
    return (
        (button(words.UNDO, "undo", look="quiet") if undo else "")
        + (button(words.USE_DRAFT, "draft", look="quiet") if draft else "")
        + (button(words.QUICK_FROM, "quick_from", look="quiet", title=words.QUICK_FROM) if count else "")
        + tag("span", text(words.CHARACTERS.format(count=count)), class_="kb-soft kb-small kb-number dk-space")
        + button(words.SEND_CLOSE, "send_close", title="Ctrl+Shift+Enter")
        + button(words.SEND, "send", look="main", hint="Ctrl+Enter")
    )


def _note_tools() -> str:
    hint = tag("span", text(words.NOTE_PLACEHOLDER), class_="kb-soft kb-small dk-space")
    return hint + button(words.NOTE_ADD, "send", look="main", hint="Ctrl+Enter")


def _learn(opened: Opened, used: EntryId | None) -> str:
    """What the bot can learn from a ticket that was answered: the entry that the reply came from, or a likely one."""
    candidates = opened.ticket.candidates
    likely = next((one for one in candidates if one.entry_id == used), None)
    if likely is None and candidates and candidates[0].confidence >= _LIKELY:
        likely = candidates[0]
    add = (
        button(words.LEARN_TO.format(question=likely.question), "learn", likely.entry_id, title=words.LEARN_VARIANT)
        if likely
        else ""
    )
    which = button(words.LEARN_OTHER if likely else words.LEARN_CHOOSE, "learn_which") if candidates else ""
    return (
        tag("b", text(words.LEARN))
        + tag("div", add, which, button(words.LEARN_ENTRY, "propose"), class_="dk-learn-ways")
        + tag("span", text(words.LEARN_LATER))
    )


def _set(element: ui.html, html: str) -> None:
    if element.content != html:
        element.set_content(html)
