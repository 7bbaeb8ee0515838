"""/v1/insight: figures, for editors."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kb.answer.insight import Figures, Period
from kb.types import Role
from kb.web.access import Door
from kb.web.insight_schemas import InsightOut
from kb.wiring import Kb

_DAYS = 30  # unless the request says otherwise


def insight_routes(kb: Kb, door: Door) -> APIRouter:
    """Return the route. Counting takes a moment when there is much to count: it is done in a thread."""
    routes = APIRouter(tags=["insight"], dependencies=[Depends(door.needs(Role.EDITOR))])
    figures = Figures(kb.store, kb.clock, kb.settings.timezone, kb.settings.answer_precision)

    @routes.get("/v1/insight")
    async def insight(
        first: Annotated[date | None, Query(alias="from", description="first day, of the shop's")] = None,
        to: Annotated[date | None, Query(description="last day; today unless said")] = None,
        channel: Annotated[str | None, Query(max_length=200, description="one channel; all unless said")] = None,
    ) -> InsightOut:
        """Return the figures of the last 30 days, or of those that are asked for."""
        last = to or figures.today
        period = Period.of(first, last) if first else Period.latest(_DAYS, last)
        found = await asyncio.to_thread(figures.of, period, channel)
        return InsightOut.model_validate(found.as_dict())

    return routes
