"""What is asked before a step that cannot be taken back, or that needs to know more."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from nicegui import ui

from kb import messages
from kb.console import frame
from kb.console.desk.turns import Turns
from kb.console.dialog import Dialog
from kb.console.markup import button, piece, tag, text
from kb.publish.cautions import Caution
from kb.types import QuickReply, TicketCandidate

words = messages.desk


async def choose(turns: Turns, title: str, more: str, ways: Sequence[tuple[str, str, str]], *, inside: str = "") -> str:
    """Let the agent choose one of several ways, each a name, a label and a look; "" when none was."""
    with _dialog(title) as dialog:

        async def act(do: str, _: str) -> None:
            dialog.submit(do)

        piece(
            (tag("p", text(more), class_="kb-soft") if more else "")
            + inside
            + tag(
                "div",
                *(button(label, name, look=look, final=True) for name, label, look in ways),
                class_="dk-dialog-buttons",
            ),
            act,
        )
    return str(await _asked(turns, dialog) or "")


async def caution(turns: Turns, found: Sequence[Caution]) -> bool:
    """Show what speaks against sending; return whether the agent wants to send nevertheless."""
    each = (
        tag(
            "li",
            tag("b", text(words.CAUTIONS[one.kind.value].format(words=one.words, what=one.what))),
            tag("span", text(words.CAUTION_WHERE.format(line=one.line, around=one.around))),
        )
        for one in found
    )
    inside = tag("ul", *each, class_="dk-cautions kb-warning", role="alert")
    ways = [("edit", words.EDIT_AGAIN, "main"), ("send", words.SEND_ANYWAY, "danger")]
    return await choose(turns, words.CAUTION_TITLE, "", ways, inside=inside) == "send"


async def outcome(turns: Turns, *, replied: bool) -> str:
    """Ask how the ticket ended; "" when it goes on."""
    names = [name for name in words.OUTCOMES if name != "returned"]
    ways = [(name, words.OUTCOMES[name], "main" if name == "solved" and replied else "") for name in names]
    more = words.CLOSE_MORE if replied else words.CLOSE_UNSENT + words.CLOSE_MORE
    return await choose(turns, words.CLOSE_TITLE, more, ways)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a ticket goes to."""

    colleague: str
    team: str
    note: str


async def transfer(
    turns: Turns, colleagues: Mapping[str, str], teams: Sequence[str], *, anybody: bool
) -> Target | None:
    """Ask to whom the ticket goes, and what they should know; to `anybody` by name while nobody has to sign in.

    `colleagues` are called what stands behind the name that they sign in with.
    """
    with _dialog(words.TRANSFER_TITLE) as dialog:
        whom = {f"c:{name}": f"{words.TRANSFER_COLLEAGUE} · {called}" for name, called in colleagues.items()}
        whom |= {f"t:{name}": f"{words.TRANSFER_TEAM} · {name}" for name in teams}
        to = _whom(whom, anybody=anybody)
        note = ui.textarea(words.TRANSFER_NOTE).props("outlined dense autogrow maxlength=4000").classes("dk-wide")

        async def act(do: str, _: str) -> None:
            chosen = str(to.value or "").strip()
            if do != "yes":
                dialog.submit(None)
            elif not chosen:
                frame.tell(words.TRANSFER_WHO, "warning")
            else:
                kind, name = chosen[:2], chosen[2:]
                plain = chosen if kind not in ("c:", "t:") else name
                team = plain if kind == "t:" else ""
                dialog.submit(Target("" if team else plain, team, str(note.value or "").strip()))

        piece(_yes_no(words.TRANSFER), act)
    found = await _asked(turns, dialog)
    return found if isinstance(found, Target) else None


def _whom(whom: Mapping[str, str], *, anybody: bool) -> ui.select | ui.input:
    if not whom and anybody:
        return ui.input(words.TRANSFER_NAME).props("outlined dense autofocus maxlength=100").classes("dk-wide")
    field = ui.select(
        dict(whom), label=words.TRANSFER_TO, with_input=True, new_value_mode="add-unique" if anybody else None
    )
    return field.props("outlined dense autofocus").classes("dk-wide")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quick reply as it was written."""

    title: str
    text: str
    shared: bool


async def quick_reply(turns: Turns, old: QuickReply | None, text_: str = "", *, may_share: bool) -> Sentence | None:
    """Ask for a quick reply's title and text."""
    with _dialog(words.QUICK_EDIT if old else words.QUICK_ADD) as dialog:
        title = ui.input(words.QUICK_TITLE, value=old.title if old else "")
        title.props("outlined dense autofocus maxlength=40").classes("dk-wide")
        body = ui.textarea(words.QUICK_TEXT, value=old.text if old else text_)
        body.props("outlined dense autogrow maxlength=4000").classes("dk-wide")
        shared = ui.checkbox(words.QUICK_FOR_ALL) if may_share and old is None else None

        async def act(do: str, _: str) -> None:
            if do != "yes":
                dialog.submit(None)
            elif not str(title.value or "").strip() or not str(body.value or "").strip():
                frame.tell(words.QUICK_EMPTY, "warning")
            else:
                dialog.submit(Sentence(str(title.value), str(body.value), bool(shared and shared.value)))

        piece(_yes_no(words.SAVE), act)
    found = await _asked(turns, dialog)
    return found if isinstance(found, Sentence) else None


async def which_entry(turns: Turns, candidates: Sequence[TicketCandidate]) -> str:
    """Ask which entry a question belongs to; "" when none was chosen."""
    ways = [(one.entry_id, one.question, "") for one in candidates]
    with _dialog(words.LEARN_WHICH) as dialog:

        async def act(_: str, id_: str) -> None:
            dialog.submit(id_)

        each = (button(label, "entry", id_, final=True) for id_, label, _ in ways)
        piece(
            tag("div", *each, class_="dk-choices") + tag("p", text(words.LEARN_SEARCH), class_="kb-soft kb-small"), act
        )
    return str(await _asked(turns, dialog) or "")


async def keys(turns: Turns) -> None:
    """Show what the keyboard does."""
    with _dialog(words.KEYS) as dialog:
        rows = (
            tag("div", tag("dt", *(_key(part) for part in keys.split(" "))), tag("dd", text(what)))
            for keys, what in words.KEYS_LIST
        )
        piece(tag("dl", *rows, class_="dk-keys"))
    await _asked(turns, dialog)


def _key(part: str) -> str:
    return text(" – ") if part == "–" else tag("kbd", text(part), class_="kb-key")


def _yes_no(yes: str) -> str:
    return tag(
        "div", button(yes, "yes", look="main"), button(words.CANCEL, "no", final=True), class_="dk-dialog-buttons"
    )


@contextmanager
def _dialog(title: str) -> Iterator[Dialog]:
    """Make a dialog with a title; what is made inside the context stands under it."""
    with Dialog().props(f'aria-label="{title}"') as dialog, ui.element("div").classes("kb-panel kb-dialog"):
        piece(tag("h2", text(title), class_="kb-title"))
        yield dialog


async def _asked(turns: Turns, dialog: Dialog) -> object:
    """Open a dialog and return what it was closed with; what is asked for from then on is new."""
    return await dialog.answer(turns.anew)
