"""A bench for questions: what would be decided, and what every figure added to it."""

import asyncio
from dataclasses import dataclass

from nicegui import ui

from kb import messages
from kb.answer.match import Matcher
from kb.answer.reply import Reply
from kb.answer.respond import Asked
from kb.console.markup import button, chip, empty, piece, tag, text
from kb.console.studio.customer import bubble
from kb.console.studio.markup import percent
from kb.console.studio.studio import Studio, attempt, said
from kb.errors import KbError
from kb.types import Candidate, DecisionKind, Entry, Scope

words = messages.studio

_TONES = {DecisionKind.ANSWER: "teal", DecisionKind.CLARIFY: "amber", DecisionKind.HANDOFF: "blue"}
#: Figures that are shown as bars; the others are small.
_BARS = 14
_CANDIDATES = 8


async def build(studio: Studio, what: str) -> None:
    """Show the bench; `what` is a question to ask at once."""
    await Bench(studio).build(what)


@dataclass(frozen=True, slots=True)
class _Told:
    """A reply, and the release that gave it."""

    reply: Reply
    matcher: Matcher


class Bench:
    """Where questions are tried out; nothing is recorded."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._told: _Told | None = None
        self._open = 0  # place of the candidate whose figures are shown

    async def build(self, what: str) -> None:
        """Lay out the part."""
        facets = await attempt(self._studio.kb.editing.facets)
        with ui.element("div").classes("st-column"):
            with ui.element("section").classes("kb-panel"):
                piece(
                    tag("h1", text(words.BENCH), class_="kb-title") + tag("p", text(words.BENCH_MORE), class_="kb-soft")
                )
                with ui.element("div").classes("kb-row st-ways"):
                    self._question = ui.input(placeholder=words.BENCH_ASK, value=what)
                    self._question.props(
                        f'outlined dense clearable data-key="/" maxlength=1000 aria-label="{words.BENCH_ASK}"'
                    ).classes("kb-grow")
                    self._question.on("keydown.enter", self._ask)
                    self._category = self._select(words.ANY_CATEGORY, list(facets.categories) if facets else [])
                    self._product = self._select(words.ANY_PRODUCT, list(facets.products) if facets else [])
                    piece(button(words.ASK, "ask", look="main", key="Control+Enter", title="Enter"), self._act)
            self._room = piece(empty(words.BENCH_EMPTY, words.BENCH_EMPTY_MORE), self._act)
        if what:
            await self._ask()
        else:
            self._question.run_method("focus")

    def _select(self, everything: str, options: list[str]) -> ui.select:
        select = ui.select({"": everything, **{one: one for one in options}}, value="")
        select.props(f'outlined dense options-dense aria-label="{everything}"').classes("st-days")
        select.set_visibility(bool(options))
        return select

    async def _act(self, do: str, id_: str) -> None:
        if do == "ask":
            await self._ask()
        elif do == "candidate" and self._told:
            self._open = int(id_)
            self._room.set_content(self._shown(self._told))
        elif do == "entry":
            await self._studio.go("entries", id_)

    async def _ask(self) -> None:
        question = (self._question.value or "").strip()
        if not question:
            return
        kb = self._studio.kb
        scope = Scope(self._category.value or "", self._product.value or "")
        asked = Asked(text=question, scope=scope, top_k=_CANDIDATES, dry_run=True, explain=True)
        try:
            matcher = await asyncio.to_thread(kb.matcher)
            reply = await asyncio.to_thread(kb.responder.respond, matcher, asked)
        except KbError as error:
            self._told = None
            self._room.set_content(tag("section", tag("p", text(said(error)), class_="kb-wrong"), class_="kb-panel"))
            return
        self._told, self._open = _Told(reply, matcher), 0
        self._room.set_content(self._shown(self._told))

    def _shown(self, told: _Told) -> str:
        return tag(
            "div",
            tag("section", self._decision(told), class_="kb-panel"),
            tag("section", self._candidates(told), class_="kb-panel"),
            class_="st-bench",
        )

    def _decision(self, told: _Told) -> str:
        reply, limits = told.reply, told.matcher.limits
        decision = reply.judgement.decision
        best: Entry | None = decision.best.entry if decision.kind is DecisionKind.ANSWER and decision.best else None
        guard = ""
        if decision.reason.by_guard:
            guard = tag(
                "p",
                text(words.GUARD.format(guard=messages.cli.REASONS[decision.reason.value])),
                class_="kb-warning",
            )
        conflict = ""
        top = reply.judgement.candidates[0] if reply.judgement.candidates else None
        if top and top.conflict:
            detail = messages.try_it.CONFLICTS.get(top.conflict, top.conflict)
            conflict = tag("p", text(words.CONFLICT_WITH.format(detail=detail)), class_="kb-warning")
        return (
            tag(
                "div",
                chip(messages.cli.DECISIONS[decision.kind.value], _TONES[decision.kind]),
                tag("strong", text(messages.cli.REASONS[decision.reason.value])),
                class_="kb-row",
            )
            + tag("p", text(messages.try_it.REASONS.get(decision.reason.value, "")), class_="kb-soft")
            + guard
            + conflict
            + _scale(reply.judgement.confidence, limits.answer, limits.suggest)
            + tag("h2", text(words.CUSTOMER_SEES), class_="kb-heading")
            + bubble(self._question.value or "", reply.message, best)
            + tag(
                "p",
                text(words.BENCH_RELEASE.format(release=reply.judgement.release, took=f"{reply.took_ms:.1f}")),
                class_="kb-soft kb-small",
            )
        )

    def _candidates(self, told: _Told) -> str:
        candidates = told.reply.judgement.candidates
        if not candidates:
            return tag("h2", text(words.CANDIDATES), class_="kb-heading") + empty(words.NO_CANDIDATES)
        at = min(self._open, len(candidates) - 1)
        rows = "".join(self._row(place, one, place == at) for place, one in enumerate(candidates))
        return (
            tag("h2", text(words.CANDIDATES), class_="kb-heading")
            + tag("ol", rows, class_="st-candidates")
            + _contributions(candidates[at])
        )

    def _row(self, place: int, one: Candidate, current: bool) -> str:
        return tag(
            "li",
            tag(
                "button",
                tag("span", text(place + 1), class_="kb-soft kb-number"),
                tag(
                    "span",
                    tag("span", text(one.entry.question), class_="st-row-title"),
                    tag("span", text(words.MATCHED.format(phrasing=one.matched)), class_="st-row-more"),
                    class_="kb-grow",
                ),
                tag("span", text(percent(one.confidence)), class_="kb-number"),
                tag(
                    "span",
                    tag("span", style=f"width: {100 * one.confidence:.1f}%"),
                    class_="st-mini",
                    aria_hidden="true",
                ),
                type="button",
                data_do="candidate",
                data_id=str(place),
                aria_current="true" if current else None,
            ),
            button(words.OPEN_ENTRY, "entry", one.entry.id, look="quiet"),
        )


def _scale(confidence: float, answer: float, suggest: float) -> str:
    """How sure it is, beside the limits."""
    marks = "".join(
        tag("span", class_=f"st-scale-mark st-scale-{name}", style=f"left: {100 * limit:.1f}%", title=title)
        for name, limit, title in (
            ("suggest", suggest, words.SUGGEST_LIMIT.format(limit=percent(suggest))),
            ("answer", answer, words.ANSWER_LIMIT.format(limit=percent(answer))),
        )
    )
    return tag(
        "div",
        tag(
            "div",
            tag("span", text(words.SURE)),
            tag("strong", text(percent(confidence)), class_="kb-number"),
            tag(
                "span",
                text(words.LIMITS.format(answer=percent(answer), suggest=percent(suggest))),
                class_="kb-soft kb-small",
            ),
            class_="kb-row",
        ),
        tag(
            "div", tag("div", class_="st-scale-done", style=f"width: {100 * confidence:.1f}%"), marks, class_="st-scale"
        ),
    )


def _contributions(one: Candidate) -> str:
    """What every figure added to the log-odds, the weightiest first, as bars to both sides of nothing."""
    heading = tag("h2", text(words.WHY_SO.format(question=one.entry.question)), class_="kb-heading")
    if not one.contributions:
        return heading + tag("p", text(words.EXACTLY), class_="kb-soft")
    ordered = sorted(one.contributions.items(), key=lambda pair: -abs(pair[1]))
    widest = max(abs(ordered[0][1]), 1e-9)
    rows = []
    for name, added in ordered[:_BARS]:
        width = 50 * abs(added) / widest
        side = "left: 50%" if added >= 0 else f"left: {50 - width:.1f}%"
        value = one.features.get(name)
        rows.append(
            tag(
                "tr",
                tag("th", text(messages.try_it.FEATURES.get(name, name)), scope="row"),
                tag("td", text("" if value is None else f"{value:.2f}"), class_="kb-soft kb-number"),
                tag(
                    "td",
                    tag(
                        "div",
                        tag(
                            "span",
                            class_="st-added-for" if added >= 0 else "st-added-against",
                            style=f"{side}; width: {width:.1f}%",
                        ),
                        class_="st-added",
                    ),
                ),
                tag("td", text(f"{added:+.2f}"), class_="kb-number"),
            )
        )
    rest = sum(added for _, added in ordered[_BARS:])
    if len(ordered) > _BARS:
        name = words.REST.format(count=len(ordered) - _BARS)
        cells = (
            tag("th", text(name), scope="row"),
            tag("td"),
            tag("td"),
            tag("td", text(f"{rest:+.2f}"), class_="kb-number"),
        )
        rows.append(tag("tr", *cells, class_="kb-soft"))
    head = tag("tr", *(tag("th", text(name), scope="col") for name in words.FEATURE_COLUMNS))
    return heading + tag("table", tag("thead", head), tag("tbody", *rows), class_="kb-table st-contributions")
