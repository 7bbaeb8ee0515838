"""pdf: pages come from a process of their own, with bounds on its time and memory, and become blocks here."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Final

from kb import messages
from kb.ingest.blocks import Block
from kb.ingest.contents import load, sniff, wrong_format
from kb.ingest.pdf_layout import Page, Ruled, Word, blocks
from kb.ingest.problems import Code, Report, Unusable

MOST_PAGES: Final = 3_000
PATIENCE: Final = 60.0  # seconds for one page
LONGEST: Final = 1_800.0  # seconds for a file
SCRIPT: Final = Path(__file__).with_name("pdf_pages.py")
_SHOWN: Final = 20  # numbers of pages that are named


def read_pdf(path: Path, report: Report) -> Iterator[Block]:
    """Blocks of a PDF. Raises Unusable."""
    data = load(path)
    if sniff(data) != "pdf":
        raise wrong_format(sniff(data), data)
    del data
    pages: list[Page] = []
    pictures: list[int] = []
    unread: list[int] = []
    total = 0
    for message in _messages(path):
        if "error" in message:
            raise Unusable(Code.ENCRYPTED if message["error"] == "encrypted" else Code.DAMAGED)
        if "pages" in message:
            total = int(message["pages"])
            continue
        number = int(message["page"])
        report.pages(number, total)
        if message.get("bad"):
            unread.append(number)
            continue
        page = _page(message)
        pages.append(page)
        if not page.words and not page.tables and message["pictures"]:
            pictures.append(number)
    _report(report, total, read=len(pages) + len(unread), unread=unread, pictures=pictures)
    yield from blocks(pages)


def _report(report: Report, total: int, *, read: int, unread: list[int], pictures: list[int]) -> None:
    if not read or len(unread) == total:
        raise Unusable(Code.DAMAGED)
    if read < total:
        report.add(Code.PAGES_UNREAD, read=read, pages=total)
    if unread:
        report.add(Code.PAGES_DAMAGED, pages=_named(unread))
    if read < total or unread or pictures:
        report.held = True
    if len(pictures) == total:
        raise Unusable(Code.SCANNED)
    if pictures:
        report.add(Code.SCANNED_PAGES, pages=_named(pictures))


def _named(pages: list[int]) -> str:
    shown = "、".join(map(str, pages[:_SHOWN]))
    return shown if len(pages) <= _SHOWN else messages.ingest.more_pages(shown, len(pages))


def _messages(path: Path) -> Iterator[dict[str, Any]]:
    """What the other process says, until it ends, or takes too long for a page or for all of them."""
    command = [sys.executable, "-I", str(SCRIPT), str(path.absolute()), "1", str(MOST_PAGES)]
    lines: Queue[str | None] = Queue(maxsize=64)
    with subprocess.Popen(  # noqa: S603 - our own script, and a path that it opens as a file
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        stop = threading.Timer(LONGEST, process.kill)
        stop.start()
        reader = threading.Thread(target=_listen, args=(process, lines), daemon=True)
        reader.start()
        try:
            while (line := lines.get(timeout=PATIENCE)) is not None:
                yield json.loads(line)
        except Empty:
            pass  # a page that never ends: what was read before it counts
        finally:
            stop.cancel()
            process.kill()
            _drain(reader, lines)


def _listen(process: "subprocess.Popen[str]", lines: "Queue[str | None]") -> None:
    for line in process.stdout or ():
        lines.put(line)
    lines.put(None)


def _drain(reader: threading.Thread, lines: "Queue[str | None]") -> None:
    """Let the listening thread come to its end."""
    while reader.is_alive():
        try:
            lines.get(timeout=0.05)
        except Empty:
            continue


def _page(message: dict[str, Any]) -> Page:
    words = tuple(Word(*word) for word in message["words"])
    tables = tuple(
        Ruled(tuple(table["box"]), tuple((tuple(box), text) for box, text in table["cells"]))
        for table in message["tables"]
    )
    return Page(message["page"], message["width"], message["height"], words, tables)
