"""Column types that give the same values back from SQLite and PostgreSQL."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from kb.errors import InputError

_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NUL = "text with a NUL character cannot be stored; remove the character and try again"


class UtcTime(TypeDecorator[datetime]):
    """A moment: taken with any time zone, kept and given back in UTC, to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone: nobody could say what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store takes aware times only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say that it is UTC: SQLite forgets the zone, PostgreSQL answers in the session's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plain(value: str | None) -> str | None:
    """Return the text itself; raises InputError for a NUL character."""
    if value is not None and "\0" in value:
        raise InputError(_NUL)
    return value


class PlainText(TypeDecorator[str]):
    """Text that both databases can hold: PostgreSQL has no NUL character, so SQLite is not given one either."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Refuse a NUL character."""
        return plain(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002
        """Return what refuses it, without SQLAlchemy's two functions around it: neither driver wants more of a text."""
        return plain


def dump_json(value: Any) -> str:
    """Return JSON for a column, Chinese left readable; refuses NUL characters as text columns do."""
    try:
        text = orjson.dumps(value).decode()
    except (
        TypeError
    ):  # half a character, or a key that is no text: the database says what is wrong with it, if anything
        text = _JSON.encode(value)
    if "\\u0000" in text and _NUL_IN_JSON.search(text):
        raise InputError(_NUL)
    return text


#: Ids sort by their bytes everywhere, not by the language that a PostgreSQL server was set up in.
Id = PlainText().with_variant(Text(collation="C"), "postgresql")
