"""POST /v1/feedback: what customers thought of an answer."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kb.types import AnswerId, Role
from kb.web.access import Door
from kb.web.bodies import read, takes
from kb.web.metrics import Metrics
from kb.web.schemas import FeedbackIn
from kb.wiring import Kb


def feedback_routes(kb: Kb, door: Door, metrics: Metrics) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["answer"], dependencies=[Depends(door.needs(Role.ASKER))])

    @routes.post(
        "/v1/feedback",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        openapi_extra=takes(FeedbackIn),
    )
    async def feedback(request: Request) -> None:
        """Keep whether an answer helped; a second word on the same answer replaces the first."""
        body = await read(request, FeedbackIn)
        kb.responder.feedback(AnswerId(body.answer_id), body.helpful, body.comment)
        metrics.judged_by_customer(helpful=body.helpful)

    return routes
