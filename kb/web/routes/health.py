"""/healthz, /readyz and /metrics: for those who run the service."""

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from kb.types import Role
from kb.web.access import Door
from kb.web.metrics import Metrics
from kb.web.schemas import HealthOut, ReadyOut
from kb.wiring import Kb


def health_routes(kb: Kb, door: Door, metrics: Metrics) -> APIRouter:
    """Return the routes; the first two need no key, figures need an agent's."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    async def healthz() -> HealthOut:
        """Say that the process is up."""
        return HealthOut(status="ok")

    @routes.get("/readyz")
    async def readyz() -> ReadyOut:
        """Say that questions can be answered: the store is reached and a release is open; 503 otherwise."""
        kb.store.ping()
        return ReadyOut(status="ready", release=kb.matcher().release_id)

    @routes.get(
        "/metrics",
        dependencies=[Depends(door.needs(Role.AGENT))],
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "For Prometheus"}},
    )
    async def figures() -> Response:
        """Return the figures in Prometheus' text format."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes
