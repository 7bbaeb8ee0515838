"""The report of an evaluation, for people: one HTML file that needs nothing else."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path

import numpy as np

from kb import messages
from kb.answer.chart import COLOURS, Axes, Dot, Line, chart
from kb.answer.measure import OURS, Figures, Outcome, Report, reliability, risk_coverage, small_talk
from kb.files import write_whole
from kb.types import EntryId

#: So many mistakes, and so many answers withheld, are shown.
SHOWN = 40
#: Below this share right nobody answers; the curves are cut off there.
_LOWEST = 0.5

_SAY = messages.evaluation.REPORT


def write(report: Report, folder: Path, at: datetime) -> Path:
    """Write `evaluation.html` into `folder`, which is made if need be; whole, or not at all."""
    file = folder / "evaluation.html"
    write_whole(file, html(report, at).encode())
    return file


def html(report: Report, at: datetime) -> str:
    """The whole page; `at` is when it was made, in the shop's time zone."""
    css = (files("kb.answer") / "report.css").read_text("utf-8")
    name = report.name or _SAY["live"]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="zh-CN"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(_SAY['title'])} {escape(name)}</title>",
            f"<style>{css}</style></head><body>",
            *_header(report, name, at),
            "<main>",
            *_charts(report),
            *_peers(report.rows),
            *_mistakes(report),
            *_withheld(report),
            "</main>",
            f"<footer>{escape(_SAY['footer'])}</footer>",
            "</body></html>",
        ]
    )


def _header(report: Report, name: str, at: datetime) -> Iterator[str]:
    ours = report.rows[0]
    low, high = ours.interval
    size = _SAY["entries"].format(
        entries=f"{report.entries:,}",
        phrasings=f"{report.phrasings:,}",
        questions=f"{ours.questions:,}",
        seconds=f"{report.seconds:.1f}",
    )
    made = _SAY["made"].format(at=f"{at:%Y-%m-%d %H:%M}")
    promise = f"{report.promise:.0%}"
    yield f"<header><h1>{escape(_SAY['title'])}：{escape(name)}</h1>"
    yield f'<p class="soft">{escape(size)} · {escape(made)}</p><div class="numbers">'
    yield _number(ours.recall_at_1, _SAY["recall"], _SAY["recall_note"])
    interval = _SAY["coverage_note"].format(low=f"{low:.1%}", high=f"{high:.1%}")
    yield _number(ours.coverage_at_95, _SAY["coverage"].format(promise="95%"), interval)
    yield _number(ours.answered, _SAY["answered"], _SAY["answered_note"])
    yield _number(ours.precision, _SAY["precision"], _SAY["precision_note"].format(promise=promise))
    yield _number(ours.unanswerable_answered, _SAY["wrongly"], _SAY["wrongly_note"])
    if ours.small_talk_answered is not None:
        yield _number(ours.small_talk_answered, _SAY["talk"], _SAY["talk_note"].format(count=len(small_talk())))
    yield "</div></header>"


def _number(share: float, title: str, note: str) -> str:
    return f'<div class="number"><b>{share:.1%}</b><span>{escape(title)}</span><p class="note">{escape(note)}</p></div>'


def _charts(report: Report) -> Iterator[str]:
    lines = [Line(((0, report.promise), (1, report.promise)), "#626b7f", dashes="4 4")]
    legend = []
    for (way, outcomes), colour in zip(report.outcomes.items(), COLOURS, strict=False):
        points = list(zip(*(axis.tolist() for axis in risk_coverage(*_arrays(outcomes))), strict=True))
        lines.append(Line(points, colour, width=3 if way == OURS else 1.5))
        legend.append(f'<span><i style="background:{colour}"></i>{escape(messages.evaluation.WAYS[way])}</span>')
    bins = reliability(*_arrays(report.outcomes[OURS]))
    dots = [Dot((said, done), f"{count:,}", COLOURS[0]) for said, done, count in bins]
    yield '<div class="charts"><section class="chart">'
    yield _heading("curve")
    yield chart(Axes(_SAY["coverage_axis"], _SAY["precision_axis"], _LOWEST), lines)
    yield f'<div class="legend">{"".join(legend)}</div></section><section class="chart">'
    yield _heading("reliable")
    yield chart(
        Axes(_SAY["said_axis"], _SAY["done_axis"]),
        [Line(((0, 0), (1, 1)), "#626b7f", dashes="4 4"), Line([dot.at for dot in dots], COLOURS[0])],
        dots,
        width=420,
        height=400,
    )
    yield "</section></div>"


def _peers(rows: Sequence[Figures]) -> Iterator[str]:
    columns = messages.evaluation.COLUMNS
    yield _heading("peers" if len(rows) > 1 else "figures")
    yield '<div class="wide"><table><thead><tr>'
    yield from (
        f"<th{'' if name == 'name' else ' class=figure'}>{escape(title)}</th>" for name, title in columns.items()
    )
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr{' class=ours' if row.name == OURS else ''}><td>{escape(messages.evaluation.WAYS[row.name])}</td>"
        for name in list(columns)[1:]:
            value = getattr(row, name)
            yield f'<td class="figure">{"—" if value is None else f"{value:.3f}"}</td>'
        yield "</tr>"
    yield "</tbody></table></div>"


def _mistakes(report: Report) -> Iterator[str]:
    wrong = [one for one in report.outcomes[OURS] if one.found and not one.right and one.confidence > 0]
    wrong.sort(key=lambda one: -one.confidence)
    yield _heading("wrong", shown=SHOWN)
    yield from _table(report, wrong[:SHOWN], with_wanted=True)


def _withheld(report: Report) -> Iterator[str]:
    missed = [one for one in report.outcomes[OURS] if one.right and not one.answered and one.confidence > 0]
    missed.sort(key=lambda one: one.confidence)
    yield _heading("missed", shown=SHOWN)
    yield from _table(report, missed[:SHOWN], with_wanted=False)


def _table(report: Report, outcomes: Sequence[Outcome], *, with_wanted: bool) -> Iterator[str]:
    if not outcomes:
        yield f'<p class="note">{escape(_SAY["none"])}</p>'
        return
    titles = [_SAY["question"], _SAY["found"], *([_SAY["wanted"]] if with_wanted else [])]
    yield '<div class="wide"><table><thead><tr>'
    yield from (f"<th>{escape(title)}</th>" for title in titles)
    yield f'<th class="figure">{escape(_SAY["sure"])}</th><th>{escape(_SAY["result"])}</th></tr></thead><tbody>'
    for one in outcomes:
        wanted = "、".join(_title(report, id_) for id_ in one.wanted) or _SAY["nobody"]
        cells = [one.text, _title(report, one.found[0]), *([wanted] if with_wanted else [])]
        result = _SAY["was_answered" if one.answered else "not_answered"]
        colour = ("bad" if one.answered else "good") if with_wanted else ""
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f'<td class="figure">{one.confidence:.2f}</td><td class="result {colour}">{escape(result)}</td></tr>'
    yield "</tbody></table></div>"


def _title(report: Report, entry_id: EntryId) -> str:
    return report.titles.get(entry_id, entry_id)


def _heading(name: str, **figures: int) -> str:
    note = _SAY[f"{name}_note"].format(**figures)
    return f'<h2>{escape(_SAY[name])}</h2><p class="note">{escape(note)}</p>'


def _arrays(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.array([outcome.confidence for outcome in outcomes]),
        np.array([outcome.right for outcome in outcomes], bool),
    )
