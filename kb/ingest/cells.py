"""What stands in a cell: dates, states, tags, links; and the mark that keeps a spreadsheet from calculating."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from kb import messages
from kb.ingest import clean
from kb.text import normalise
from kb.types import EntryState, Link

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of the 1900 date system for every day after February 1900
_FIRST_YEAR, _LAST_YEAR = 1990, 2199

_TAG_BREAK = re.compile(r"[,，、;；|｜]")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\((\S+)\)")

_STATES = {
    EntryState.LIVE: "已上线 发布 已发布 启用 已启用 生效 有效 on published active",
    EntryState.DRAFT: "待上线 未发布 编辑中 待审核",
    EntryState.RETIRED: "已停用 下线 已下线 失效 禁用 已禁用 off inactive",
}

# a spreadsheet takes a text that begins so for a formula, in full width too (OWASP, CSV injection)
_CALCULATES = re.compile(r"'*[=+\-@＝＋－＠]")
_MARKED = re.compile(r"'+[=+\-@＝＋－＠]")


@lru_cache(maxsize=1024)  # a table has few different days
def parse_date(text: str) -> date | None:
    """The day that a cell means (2026-12-01, 2026/12/1, 2026年12月1日, 20261201, Excel's serial day), None if none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if found:
        year, month, day = (int(part) for part in found.groups())
        try:
            result = date(year, month, day)
        except ValueError:
            return None
    elif serial := _SERIAL.fullmatch(plain):
        result = _EXCEL_EPOCH + timedelta(days=int(serial.group(1)))
    else:
        return None
    return result if _FIRST_YEAR <= result.year <= _LAST_YEAR else None


@lru_cache(maxsize=256)
def parse_state(text: str) -> EntryState | None:
    """The state that a cell names; live when it is empty, None when unknown."""
    key = normalise(text)
    if not clean.line(text):
        return EntryState.LIVE
    return _STATE_NAMES.get(key)


def _state_names() -> dict[str, EntryState]:
    return {
        normalise(name): state
        for state, names in _STATES.items()
        for name in (state.value, messages.ingest.STATES[state.value], *names.split())
    }


_STATE_NAMES = _state_names()


def split_tags(text: str) -> tuple[str, ...]:
    """Tags one per line, or on a single line parted by commas and the like. A line break makes commas part of a tag."""
    text = clean.unify(text)
    return clean.lines(text if "\n" in text else _TAG_BREAK.sub("\n", text))


def join_tags(tags: tuple[str, ...]) -> str:
    """Write tags so that `split_tags` gives them back."""
    joined = "\n".join(tags)
    return joined + "\n" if "\n" not in joined and _TAG_BREAK.search(joined) else joined


def parse_link(line: str) -> Link | None:
    """A link from "title url", "[title](url)" or a bare url; None when it is not http or https."""
    if found := _MARKDOWN_LINK.fullmatch(line):
        return make_link(found.group(1), found.group(2))
    title, _, url = line.rpartition(" ")
    return make_link(title, url)


def make_link(title: str, url: str) -> Link | None:
    """A link whose address a browser can open over http or https, else None."""
    url, title = clean.line(url), clean.line(title)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that are no IPv6 address
        return None
    return Link(title, url) if usable and not any(char.isspace() for char in url) else None


def format_link(link: Link) -> str:
    """Write a link so that `parse_link` gives it back."""
    return f"{link.title} {link.url}" if link.title else link.url


def defuse(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would calculate; `restore` takes it away again."""
    return "'" + text if _CALCULATES.match(text) else text


def keep_apostrophe(text: str) -> str:
    """Make `restore` give `text` back where the cell itself is marked as text, and needs no `defuse`."""
    return "'" + text if _MARKED.match(text) else text


def restore(text: str) -> str:
    """Take away the apostrophe that `defuse` and `keep_apostrophe` put before a text."""
    return text[1:] if _MARKED.match(text) else text
