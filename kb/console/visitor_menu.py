"""Who is signed in, at the end of the header, with what they can do about it."""

from html import escape

from nicegui import ui

from kb import messages
from kb.console.signing import Visitor

words = messages.signing


def visitor_menu(who: Visitor) -> None:
    """Show the visitor's name; for a user it opens onto the password and the way out.

    Signing out is a plain form: it works when nothing else on the page does.
    """
    mark = f'<span class="kb-who-mark" aria-hidden="true">{escape(who.shown[:1])}</span>'
    name = f'<span class="kb-who-name">{escape(who.shown)}</span>'
    if who.open:
        ui.html(f'<div class="kb-who">{mark}{name}</div>', sanitize=False)
        return
    audit = f'<a class="kb-who-item" href="/audit">{escape(messages.audit.TITLE)}</a>' if who.role == "admin" else ""
    ui.html(
        f'<details class="kb-who-menu"><summary class="kb-who">{mark}{name}</summary><div class="kb-who-items">'
        f'<p class="kb-who-about">{escape(who.name)} · {escape(words.ROLES[who.role])}</p>{audit}'
        f'<a class="kb-who-item" href="/password">{escape(words.CHANGE)}</a>'
        f'<form method="post" action="/sign-out"><input type="hidden" name="token" value="{escape(who.form)}">'
        f'<button class="kb-who-item">{escape(words.SIGN_OUT)}</button></form></div></details>',
        sanitize=False,
    )
