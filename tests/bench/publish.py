"""What editors wait for: seconds to ingest, to publish, and until one edited entry is live.

    python -m tests.bench.publish [ENTRIES …] [--json]     # 10,000 entries with five phrasings each unless told

Processor time tells more than the clock while other programs run; both are printed. The knowledge is the demonstration
shop's, told again for one brand after the other, with its golden questions. At the end a service over it is asked all
the time while it is edited, published and taken back, by `tests.bench.under_load`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kb.ingest import read
from kb.settings import Settings
from kb.types import Entry, EntryId, EntryState
from kb.wiring import Kb, build
from tests.bench import under_load

_SHOP = Path("data/faq")
_PHRASINGS = 5
_SYLLABLES = "安贝晨恩菲歌禾佳凯朗米诺欧佩琪瑞思泰薇欣雅芝"
_GOLDEN = 900


def main() -> None:
    """Print a table for each size, or JSON."""
    sizes = [int(one) for one in sys.argv[1:] if one.isdigit()] or [10_000]
    lines = [_measured(size) for size in sizes]
    if "--json" in sys.argv:
        print(json.dumps(lines))
        return
    for line in lines:
        print(f"{line['entries']:,} entries, {line['phrasings']:,} phrasings, {line['golden']:,} golden questions")
        for name, (wall, processor) in line["seconds"].items():
            print(f"  {name:42} {wall:8.2f} s   processor {processor:8.2f} s")
        print(f"  {'resident memory until first published':42} {line['first_mb']:8,.0f} MB")
        print(f"  {'resident memory at most':42} {line['resident_mb']:8,.0f} MB")
        for told in under_load.lines(line["under_load"]):
            print(f"  {told}")


def _measured(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        home = Path(folder)
        kb = build(Settings(home=home / "kb"))
        try:
            figures = _steps(kb, home, size)
        finally:
            kb.close()
        return {**figures, "under_load": under_load.measured(home / "kb")}


def _steps(kb: Kb, home: Path, size: int) -> dict[str, Any]:
    file = home / "faq.jsonl"
    entries = list(islice(_entries(), size))
    _write(file, entries)
    _golden(home)
    kb.embedder.encode(["暖机"])
    seconds: dict[str, tuple[float, float]] = {}

    def ingest() -> None:
        kb.intake.write(kb.intake.look([home / "questions", file]), author="bench", confirmed=True)

    def edited(**changed: object) -> Callable[[], None]:
        entry = replace(kb.editing.get(entries[size // 2].id).sourced.entry, **changed)  # type: ignore[arg-type]

        def publish() -> None:
            kb.editing.put(entry.id, entry.as_dict(), author="bench")
            kb.publisher.publish(accept=True)
            kb.refresh()

        return publish

    timed = partial(_timed, seconds)
    timed("first ingest", ingest)
    timed("ingested again, unchanged", ingest)
    timed("first publication", lambda: kb.publisher.publish(accept=True))
    first_mb = _resident_mb()
    timed("release opened", kb.refresh)
    timed("published again, unchanged", lambda: kb.publisher.publish(accept=True))
    timed("an answer edited, until it is live", edited(answer="您好，请在「我的」页面联系客服，为您处理。"))
    timed("another answer edited", edited(answer="您好，请联系客服，为您尽快处理。"))
    timed("a phrasing edited, until it is live", edited(variants=("换个说法问问这个要怎么弄", "这件事到底怎么办")))
    timed("another phrasing edited", edited(variants=("再换个说法问问这个要怎么弄", "这件事究竟怎么办")))
    manifest = kb.serving.manifest
    with get_context("spawn").Pool(1) as another:
        seconds |= another.apply(_after_a_start, (kb.settings.home, entries[size // 2].id))
    return {
        "entries": manifest.entries,
        "phrasings": manifest.phrasings,
        "golden": len(kb.store.golden.all()),
        "seconds": seconds,
        "first_mb": first_mb,
        "resident_mb": _resident_mb(),
    }


def _after_a_start(home: Path, id_: EntryId) -> dict[str, tuple[float, float]]:
    """What a service pays that has just started, and what `kb publish` does."""
    seconds: dict[str, tuple[float, float]] = {}
    kb = build(Settings(home=home))
    try:
        _timed(seconds, "a service starts", kb.refresh)
        _timed(seconds, "it looks its files over meanwhile", kb.look_over)
        entry = kb.editing.get(id_).sourced.entry

        def edit() -> None:
            new = replace(entry, variants=("又换个说法问问这个要怎么弄", "这件事要怎么办才好"))
            kb.editing.put(id_, new.as_dict(), author="bench")
            kb.publisher.publish(accept=True)
            kb.refresh()

        _timed(seconds, "its first edit, a phrasing", edit)
        kb.editing.put(id_, entry.as_dict(), author="bench")
    finally:
        kb.close()
    command = [sys.executable, "-m", "kb.cli", "publish", "--accept"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run(command, env={**os.environ, "KB_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds["kb publish, a phrasing edited"] = (time.perf_counter() - wall, processor)
    return seconds


def _timed(seconds: dict[str, tuple[float, float]], name: str, step: Callable[[], object]) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    step()
    seconds[name] = (time.perf_counter() - wall, time.process_time() - processor)
    print(f"{name}: {seconds[name][0]:.2f} s, processor {seconds[name][1]:.2f} s", file=sys.stderr, flush=True)


def _resident_mb() -> float:
    """Most memory that was resident so far, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _entries() -> Iterator[Entry]:
    """The shop's entries as they are, then for one made-up brand after the other."""
    from datetime import date

    shop = [one.entry for one in read([_SHOP], today=date(2026, 11, 21)).entries]
    shop = [one for one in shop if one.state is EntryState.LIVE and len(one.phrasings) >= _PHRASINGS]
    for turn in count():
        brand = _brand(turn)
        for entry in shop:
            yield replace(
                entry,
                id=EntryId(f"{entry.id}-{turn:03}"),
                question=brand + entry.question,
                variants=tuple(brand + text for text in entry.variants[: _PHRASINGS - 1]),
                follow_ups=(),
                valid_until=None,
            )


def _brand(turn: int) -> str:
    if not turn:
        return ""
    first, second = divmod(turn, len(_SYLLABLES))
    return _SYLLABLES[first % len(_SYLLABLES)] + _SYLLABLES[second]


def _write(file: Path, entries: list[Entry]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(entry.as_dict(), ensure_ascii=False) + "\n" for entry in entries)


def _golden(home: Path) -> None:
    """The shop's golden questions, about its entries in this knowledge."""
    folder = home / "questions"
    folder.mkdir()
    rows = [
        json.loads(line)
        for name in ("answerable", "unanswerable")
        for line in (_SHOP / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for row in rows:
        row["expected"] = [f"{one}-000" for one in row["expected"]]
    (folder / "golden.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows[:_GOLDEN]), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
