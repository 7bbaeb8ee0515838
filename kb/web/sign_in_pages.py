"""The pages at the door, as plain HTML: they must work before anything else does, and run no script."""

from html import escape

from kb import messages
from kb.types import User

words = messages.signing

#: What these pages may load and do. Forms need the referrer to tell that they were sent from here.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
}


def sign_in(*, token: str, to: str, name: str = "", problem: str = "", said: str = "") -> str:
    """Return the page with the form to sign in; `to` is where one goes from there."""
    fields = (
        _hidden("token", token)
        + _hidden("to", to)
        + _field("name", value=name, kind="text", complete="username", focus=not name)
        + _field("password", kind="password", complete="current-password", focus=bool(name))
    )
    return _page(
        words.TITLE,
        f'<p class="lead">{escape(words.LEAD)}</p>{_said(said)}{_problem(problem)}'
        f'<form method="post" action="/sign-in">{fields}<button>{escape(words.SIGN_IN)}</button></form>'
        f'<p class="note">{escape(words.FORGOT)}</p>',
    )


def no_users(command: str) -> str:
    """Return the page for a service that others may reach, and that nobody can sign in to yet."""
    text = escape(words.NO_USERS).format(command=f"<code>{escape(command)}</code>")
    return _page(words.TITLE, f'<p class="lead">{text}</p>')


def open_here(to: str) -> str:
    """Return the page for a service without users, on its own machine."""
    link = f'<a class="button" href="{escape(to)}">{escape(words.TO_DESK)}</a>'
    return _page(words.TITLE, f'<p class="lead">{escape(words.OPEN)}</p>{link}')


def password(user: User, *, token: str, problem: str = "", said: str = "") -> str:
    """Return the page on which users change their own password."""
    rules = f'<p class="note rules" id="rules">{escape(words.RULES)}</p>'
    fields = (
        _hidden("token", token)
        + f'<input type="hidden" name="username" autocomplete="username" value="{escape(user.name)}">'
        + _field("old", kind="password", complete="current-password", focus=True)
        + _field("new", kind="password", complete="new-password", described="rules")
        + rules
        + _field("again", kind="password", complete="new-password")
    )
    who = (
        f'<p class="who"><b>{escape(user.display_name)}</b> {escape(user.name)} · {escape(words.ROLES[user.role])}</p>'
    )
    return _page(
        words.CHANGE,
        f'{who}<p class="lead">{escape(words.CHANGE_LEAD)}</p>{_said(said)}{_problem(problem)}'
        f'<form method="post" action="/password">{fields}<button>{escape(words.SAVE)}</button></form>'
        f'<p class="note"><a href="/desk">{escape(words.BACK)}</a></p>',
    )


def plain(title: str, text: str) -> str:
    """Return a page that says one thing."""
    return _page(
        title, f'<p class="lead">{escape(text)}</p><a class="button" href="/sign-in">{escape(words.TITLE)}</a>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · {escape(words.PRODUCT)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light"><link rel="icon" href="/pages/icon.svg">'
        '<link rel="stylesheet" href="/pages/colours.css">'
        '<link rel="stylesheet" href="/pages/sign_in.css"></head><body><main>'
        f'<p class="brand"><img src="/pages/icon.svg" alt="" width="28" height="28">{escape(words.PRODUCT)}</p>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _field(name: str, *, kind: str, complete: str, value: str = "", focus: bool = False, described: str = "") -> str:
    more = " autofocus" if focus else ""
    more += f' aria-describedby="{described}"' if described else ""
    given = f' value="{escape(value)}"' if value else ""
    plain_text = ' autocapitalize="none" spellcheck="false"' if kind == "text" else ""
    return (
        f'<label for="{name}">{escape(words.FIELDS[name])}</label><input id="{name}" name="{name}" type="{kind}" '
        f'autocomplete="{complete}" maxlength="200" required{plain_text}{given}{more}>'
    )


def _problem(text: str) -> str:
    return f'<p class="problem" role="alert">{escape(text)}</p>' if text else ""


def _said(text: str) -> str:
    return f'<p class="said" role="status">{escape(text)}</p>' if text else ""
