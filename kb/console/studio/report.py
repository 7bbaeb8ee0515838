"""What an upload would change and what is wrong with it, as HTML."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from kb import messages
from kb.console.markup import chip, tag, text
from kb.console.studio.changes import change, listed, section
from kb.console.studio.markup import figures, table
from kb.ingest.report import difference
from kb.ingest.review import FindingCode, Weight
from kb.types import Entry, Job, JobState

words = messages.studio

Result = Mapping[str, Any]

_TONES = {"blocks": "red", "confirm": "amber", "notice": ""}
#: Findings on two entries that should say the same: what only one of them says is marked.
_TOGETHER = frozenset({"contradiction", "same_question", "near_duplicate", "other_answer"})


def in_short(job: Job) -> str:
    """One line about an upload."""
    counts = job.result.get("report", {}).get("counts")
    if not counts:
        return words.UPLOAD
    names = messages.cli.PLAN
    parts = [f"{names[name]} {counts[name]:,}" for name in ("added", "changed", "retired") if counts[name]]
    if job.state is JobState.REVIEW and (counts["blocking"] or counts["harmful"]):
        parts.append(words.MUST_SOLVE.format(count=counts["blocking"] + counts["harmful"]))
    return " · ".join(parts) or messages.cli.UNCHANGED


def changes_nothing(result: Result) -> bool:
    """Whether writing would change nothing."""
    plan = result.get("plan", {})
    return not any(plan.get(name) for name in ("added", "changed", "retired", "golden", "golden_gone")) and not any(
        _documents(result).values()
    )


def _documents(result: Result) -> dict[str, list[str]]:
    """The documents that would come, change or go, by what becomes of them."""
    documents = result.get("plan", {}).get("documents", {})
    return {name: documents.get(name, []) for name in ("added", "changed", "removed")}


def doubts(result: Result) -> str:
    """What somebody must confirm before it is written."""
    report = result.get("report", {})
    parts = []
    if count := report.get("counts", {}).get("doubtful"):
        parts.append(words.DOUBTFUL.format(count=count))
    if report.get("retires_many"):
        count = report["counts"]["retired"]
        parts.append(words.RETIRES_MANY.format(count=f"{count:,}", share=f"{report['retire_share']:.0%}"))
    return words.CONFIRM.format(what="，".join(parts)) if parts else words.CONFIRM_PLAIN


def verdict(result: Result) -> str:
    """Whether it may be written, in one sentence, and the numbers."""
    report = result.get("report")
    if not report:
        return ""
    counts = report["counts"]
    blocks = counts["blocking"] + counts["harmful"]
    if blocks:
        line = tag("p", text(words.VERDICT_BLOCKS.format(count=blocks)), class_="kb-wrong")
    elif result.get("needs_confirmation"):
        line = tag("p", text(words.VERDICT_CONFIRM), class_="kb-warning")
    elif changes_nothing(result):
        line = tag("p", text(messages.cli.UNCHANGED), class_="st-fine")
    else:
        line = tag("p", text(messages.review.REPORT["verdict_fine"]), class_="st-fine")
    say = messages.review.REPORT
    return line + figures(
        [
            (say["added"], f"{counts['added']:,}", "teal" if counts["added"] else ""),
            (say["changed"], f"{counts['changed']:,}", "blue" if counts["changed"] else ""),
            (say["retired"], f"{counts['retired']:,}", "amber" if counts["retired"] else ""),
            (say["unchanged"], f"{counts['unchanged']:,}", ""),
            (words.DOCUMENTS, f"{sum(map(len, _documents(result).values())):,}", ""),
            (say["blocks"], f"{blocks:,}", "red" if blocks else ""),
            (say["confirm"], f"{counts['doubtful']:,}", "amber" if counts["doubtful"] else ""),
        ]
    )


def whole(result: Result) -> str:
    """What was found and would change: problems of the files, findings side by side, changes word by word."""
    report = result["report"]
    counts = report["counts"]
    changed = [(Entry.from_dict(one["old"]), Entry.from_dict(one["new"]), one["source"]) for one in report["changed"]]
    added = [(Entry.from_dict(one["entry"]), one["source"]) for one in report["added"]]
    retired = [(Entry.from_dict(one["entry"]), one["source"]) for one in report["retired"]]
    return (
        section(words.FILE_PROBLEMS, counts["problems"], [_problems(report["problems"])], opened=True)
        + section(messages.review.REPORT["findings"], counts["findings"], _findings(report["findings"]), opened=True)
        + section(words.CHANGED, counts["changed"], (change(*one) for one in changed), opened=True)
        + section(words.ADDED, counts["added"], (listed(*one) for one in added))
        + section(words.RETIRED_BY_FILE, counts["retired"], (listed(*one) for one in retired), opened=True)
        + _shelf(result)
    )


def _problems(problems: Sequence[Result]) -> str:
    rows = [
        (
            text(one["file"]),
            text(one["where"]),
            (chip(messages.review.WEIGHTS["blocks"], "red") + " " if one["blocks"] else "") + text(one["message"]),
            text(one["advice"]),
        )
        for one in problems
    ]
    return table(messages.cli.PROBLEM_COLUMNS, rows)


def _findings(findings: Sequence[Result]) -> list[str]:
    """The gravest first, those of a kind together."""
    weights, codes = [one.value for one in Weight], [one.value for one in FindingCode]
    ordered = sorted(findings, key=lambda one: (weights.index(one["weight"]), codes.index(one["code"])))
    parts = []
    for (weight, code), group in groupby(ordered, key=lambda one: (one["weight"], one["code"])):
        found = list(group)
        parts.append(
            tag(
                "h3",
                text(messages.review.TITLES[code]),
                " ",
                tag("span", text(len(found)), class_="kb-soft kb-number"),
                " ",
                chip(messages.review.WEIGHTS[weight], _TONES[weight]),
                class_="kb-heading",
            )
        )
        parts += map(_finding, found)
    return parts


def _finding(one: Result) -> str:
    place = " ".join(part for part in (one["file"], one["where"]) if part)
    inside = [
        tag(
            "div",
            tag("strong", text(one["message"])),
            tag("span", text(place), class_="kb-soft kb-small"),
            class_="st-card-head",
        ),
        tag("p", text(words.ADVICE.get(one["code"], one["advice"])), class_="kb-soft"),
    ]
    ours, theirs = one["ours"], one["theirs"]
    if ours and theirs:
        inside.append(_sides(one, ours, theirs, place))
    elif ours and any(quote in ours["answer"] for quote in one["quotes"]):
        inside.append(tag("blockquote", _quoted(ours["answer"], one["quotes"]), class_="st-quote st-lines"))
    return tag("article", *inside, class_=f"st-card st-card-{one['weight']}")


def _sides(one: Result, ours: Result, theirs: Result, place: str) -> str:
    left, right = text(ours["answer"]), text(theirs["answer"])
    if one["code"] in _TOGETHER:
        left, right = difference(ours["answer"], theirs["answer"])
    there = " ".join(part for part in (theirs["file"], theirs["where"]) if part)
    return tag(
        "div",
        *(
            tag(
                "section",
                tag("div", text(f"{label} · {where}" if where else label), class_="kb-soft kb-small"),
                tag("strong", text(f"{side['id']} {side['question']}")),
                *(
                    tag("p", text(words.PHRASED), tag("mark", text(quote)), class_="kb-small")
                    for quote in one["quotes"]
                    if quote in side["variants"]
                ),
                tag("div", answer, class_="st-lines st-diff"),
                class_="st-side",
            )
            for label, side, where, answer in (
                (words.OURS, ours, place, left),
                (words.THEIRS, theirs, there, right),
            )
        ),
        class_="st-sides",
    )


def _quoted(answer: str, quotes: Sequence[str]) -> str:
    parts = re.split("(" + "|".join(map(re.escape, sorted(quotes, key=len, reverse=True))) + ")", answer)
    return "".join(tag("mark", text(part)) if part in quotes else text(part) for part in parts)


def _shelf(result: Result) -> str:
    """Documents whose passages agents may cite: what becomes of each."""
    passages = {one["file"]: one for one in result.get("plan", {}).get("documents", {}).get("passages", ())}
    rows = [
        (
            text(file),
            chip(messages.cli.DIFF[name], {"added": "teal", "changed": "blue", "removed": "amber"}[name]),
            text(f"+{len(one['added'])} −{len(one['removed'])}" if (one := passages.get(file)) else ""),
        )
        for name, files in _documents(result).items()
        for file in files
    ]
    return section(words.DOCUMENTS_MORE, len(rows), [table(words.DOCUMENT_COLUMNS, rows)])
