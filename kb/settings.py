"""Settings, from environment variables that begin with KB_; an unknown one or an impossible value is an error."""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kb.answer.office import OfficeHours
from kb.errors import SettingsError

PREFIX = "KB_"


def _setting(read: Callable[[str], Any], default: Any, doc: str) -> Any:
    return field(default=default, metadata={"read": read, "doc": doc})


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"choose one of {', '.join(allowed)}")
        return value

    return read


def _share(value: str) -> float:
    number = float(value)
    if not 0.5 <= number < 1:
        raise ValueError("give a share from 0.5 up to, but not including, 1")
    return number


def _whole(least: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if number < least:
            raise ValueError(f"give a whole number of at least {least}")
        return number

    return read


def _hours(value: str) -> timedelta:
    return timedelta(hours=_whole(1)(value))


def _minutes(value: str) -> timedelta:
    return timedelta(minutes=_whole(1)(value))


def _days(value: str) -> timedelta:
    return timedelta(days=_whole(1)(value))


def _names(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(re.split(r"[\s,，、;；]+", value.strip(" ,，、;；"))))
    if too_long := [name for name in names if len(name) > 40]:
        raise ValueError(f"{too_long[0]!r} is longer than 40 characters")
    return names


def _switch(value: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in answers:
        raise ValueError("say true or false")
    return answers[value.lower()]


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("give the name of a time zone such as Asia/Shanghai") from error


def _origins(value: str) -> str:
    """Check each origin and write it as browsers do: scheme and host in small letters, no path, no usual port."""
    return " ".join(_origin(one) for one in value.replace(",", " ").split())


def _origin(one: str) -> str:
    parts = urlsplit(one.lower())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("give origins such as https://www.shop.example, without a path")
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host.removesuffix(f':{usual}')}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set from outside; each field is the environment variable KB_<FIELD>."""

    home: Path = _setting(_path, Path("var"), "folder for the database and the releases")
    database_url: str = _setting(
        str, "", "`sqlite:////path/kb.db` or `postgresql+psycopg://…`; empty: `kb.db` in `KB_HOME`"
    )
    embedding_model: str = _setting(
        str,
        "",
        "path or hub name of a sentence-transformers model, or a folder that `kb train --out` made; "
        "empty: the one that comes with kb",
    )
    cross_encoder: str = _setting(
        str, "", "path or hub name of a sentence-transformers CrossEncoder of one figure a pair; empty: kb's own model"
    )
    index: str = _setting(
        _one_of("faiss", "pgvector", "exact"),
        "faiss",
        "how vectors are searched: `faiss`, `pgvector` (in the PostgreSQL that `KB_DATABASE_URL` names) or `exact`",
    )
    answer_precision: float = _setting(
        _share, 0.95, "the promise: share of the direct answers that are right; the limits are set for it"
    )
    timezone: ZoneInfo = _setting(_zone, ZoneInfo("Asia/Shanghai"), "the shop's time zone, for dates and due times")
    due_urgent: timedelta = _setting(_minutes, timedelta(minutes=15), "minutes until an urgent ticket is due")
    due_ordinary: timedelta = _setting(_hours, timedelta(hours=24), "hours until an ordinary ticket is due")
    due_complex: timedelta = _setting(_hours, timedelta(hours=48), "hours until a complex ticket is due")
    claim_idle: timedelta = _setting(
        _minutes,
        timedelta(minutes=30),
        "minutes after which a ticket that was claimed and left alone, while its customer waits, is in the queue again",
    )
    office_hours: OfficeHours = _setting(
        OfficeHours.read,
        OfficeHours(),
        "when people answer, in the shop's time zone, as in `Mon-Fri 09:00-12:00 13:30-18:00; Sat,Sun 10:00-16:00`, "
        "and dates that are not like others: `2026-10-01..2026-10-07 closed; 2026-10-10 Fri; 2026-12-31 09:00-15:00`; "
        "told to customers who wait; empty: nothing is said of hours",
    )
    allowed_origins: str = _setting(
        _origins,
        "",
        "web sites whose pages may use the service as askers, one after the other, as in "
        "`https://shop.example https://www.shop.example`; empty: only its own pages",
    )
    asker_limit: int = _setting(
        _whole(0), 300, "questions a minute that an asker's key may ask from one address, each process; 0: any number"
    )
    keep_conversations: timedelta = _setting(
        _days, timedelta(days=180), "days after its last message until a conversation is erased"
    )
    session_idle: timedelta = _setting(
        _hours, timedelta(hours=12), "hours without work after which a user has to sign in again"
    )
    session_limit: timedelta = _setting(
        _days, timedelta(days=7), "days after which a user has to sign in again in any case"
    )
    keep_releases: int = _setting(_whole(2), 10, "how many releases are kept to roll back to")
    replay: int = _setting(
        _whole(0), 200, "how many logged questions are asked again before a release goes live, to show what changes"
    )
    keep_personal_data: bool = _setting(
        _switch, False, "`true` stores questions and messages as typed; logs and metrics are masked either way"
    )
    teams: tuple[str, ...] = _setting(
        _names, (), "teams that a ticket may be handed to, as in `售后组 仓库组`; empty: tickets go to colleagues only"
    )
    pages_socket: str = _setting(
        str, "", "UNIX socket of the process that has the pages; set by `kb serve --workers` for its workers"
    )
    log_level: str = _setting(_one_of("debug", "info", "warning", "error"), "info", "least level that is logged")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from `environ` (default: the process environment); raises SettingsError."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, text in environ.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise SettingsError(f"{name} is no setting; {hint}")
            if not text:
                continue
            try:
                values[known[name].name] = known[name].metadata["read"](text)
            except ValueError as error:
                raise SettingsError(f"{name}={text!r} cannot be used: {error}") from error
        return cls(**values)

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'kb.db'}"

    @property
    def releases(self) -> Path:
        """Where releases are kept."""
        return self.home / "releases"
