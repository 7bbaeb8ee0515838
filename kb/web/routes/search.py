"""GET /v1/search and /v1/suggest: looking for entries, and completing what is being typed."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kb.answer import search as finding
from kb.answer.highlight import spans
from kb.answer.passages import citation
from kb.index.knowledge import matched_form
from kb.text import normalise
from kb.types import Cited, Role, Scope
from kb.web.access import Door
from kb.web.schemas import (
    FoundPassageOut,
    Highlights,
    HitOut,
    LinkOut,
    SearchOut,
    SuggestionOut,
    SuggestOut,
)
from kb.wiring import Kb

Typed = Annotated[
    str, Query(max_length=200, description="what is looked for; without it, all entries are leafed through")
]
Filter = Annotated[str, Query(max_length=100)]
Tags = Annotated[list[Filter], Query(alias="tag", max_length=20, description="may be given several times")]


#: What a look while somebody types counts against an asker's limit, in questions.
TYPING = 0.1


#: Passages that a search shows at most, and the least chance that one is what was meant.
_PASSAGES = 5
_LIKELY = 0.05


def search_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["search"])

    def today() -> date:
        return kb.responder.today()

    @routes.get("/v1/search", dependencies=[Depends(door.needs(Role.AGENT))])
    async def search(
        *,
        q: Typed = "",
        category: Filter = "",
        product: Filter = "",
        tag: Tags = [],  # noqa: B006  FastAPI copies defaults
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> SearchOut:
        """Find entries for an agent, with the places that match; what may not be served today is left out."""
        scope = Scope(category, product, tuple(tag))
        matcher = kb.matcher()
        page = finding.search(matcher, q, scope, today(), limit=limit, offset=offset)
        form = matched_form(q)
        cited = matcher.passages.find(form, _PASSAGES, _LIKELY) if matcher.passages and form and not offset else ()
        return SearchOut(
            total=page.total,
            limit=limit,
            offset=offset,
            results=[_hit(hit) for hit in page.hits],
            passages=[_cited(one) for one in cited],
        )

    @routes.get("/v1/suggest", dependencies=[Depends(door.needs(Role.ASKER, weight=TYPING))])
    async def suggest(q: Typed, limit: Annotated[int, Query(ge=1, le=20)] = 8) -> SuggestOut:
        """Complete what a customer is typing: questions asked in words that begin with it, then that contain it."""
        typed = [normalise(q)]
        return SuggestOut(
            suggestions=[
                SuggestionOut(
                    text=entry.question,
                    entry_id=entry.id,
                    question=entry.question,
                    highlights=spans(entry.question, typed),
                )
                for entry in kb.matcher().suggest(q, today(), limit=limit)
            ]
        )

    return routes


def _cited(cited: Cited) -> FoundPassageOut:
    passage = cited.passage
    return FoundPassageOut(
        id=passage.id,
        document=cited.title,
        section=list(passage.section),
        page=passage.page,
        citation=citation(cited),
        text=cited.excerpt,
        confidence=cited.confidence,
        file=passage.source,
        approved=cited.approved,
    )


def _hit(hit: finding.Hit) -> HitOut:
    entry = hit.entry
    return HitOut(
        entry_id=entry.id,
        question=entry.question,
        answer=entry.answer,
        category=entry.category,
        product=entry.product,
        tags=list(entry.tags),
        links=[LinkOut(title=link.title, url=link.url) for link in entry.links],
        matched=hit.matched,
        confidence=hit.confidence,
        highlights=Highlights(question=list(hit.in_question), matched=list(hit.in_matched), answer=list(hit.in_answer)),
    )
