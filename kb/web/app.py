"""The web application: routes over a kb, and the tasks that live as long as it does."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kb import logs
from kb.errors import KbError, NotReady
from kb.settings import Settings
from kb.web import failures
from kb.web.access import Door
from kb.web.document import add_document
from kb.web.headers import SecurityHeaders
from kb.web.limit import Limit
from kb.web.metrics import Metrics
from kb.web.origins import Origins
from kb.web.routes.answer import add_answer_route
from kb.web.routes.conversations import conversation_routes
from kb.web.routes.documents import document_routes
from kb.web.routes.entries import entry_routes
from kb.web.routes.feedback import feedback_routes
from kb.web.routes.gaps import gap_routes
from kb.web.routes.health import health_routes
from kb.web.routes.ingest import ingest_routes
from kb.web.routes.insight import insight_routes
from kb.web.routes.lists import list_routes
from kb.web.routes.pages import page_routes
from kb.web.routes.password import password_routes
from kb.web.routes.releases import job_routes, release_routes
from kb.web.routes.search import search_routes
from kb.web.routes.signing import signing_routes
from kb.web.routes.tickets import ticket_routes
from kb.web.routes.widget import widget_routes
from kb.web.signed_in import SignedIn
from kb.web.stopping import Stopping
from kb.web.working import Working
from kb.wiring import Kb, build

log = logging.getLogger("kb.web")

#: Seconds between two looks at the release pointer.
FOLLOW_S = 1.0
#: Seconds between two rounds of forgetting old conversations.
FORGET_S = 3600.0
#: Seconds between two looks for tickets that were claimed and left alone.
EXPIRE_S = 20.0


def create_app(kb: Kb, *, alone: bool = False) -> FastAPI:
    """Return the application over `kb`, which it closes when it ends; `alone` when the process is there for it only."""
    stopping = Stopping()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stopping.watch()
        await _follow_once(kb)
        if alone:
            gc.collect()
            gc.freeze()  # what a release holds lives long: it need not be looked through again and again
            gc.enable()  # `kb serve` starts without: there is nothing to collect yet
        working = Working(kb)
        working.start()
        tasks = [asyncio.create_task(task(kb)) for task in (_look_over, _follow, _forget, _expire)]
        try:
            yield
        finally:
            stopping.ask()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            working.stop()
            kb.close()

    app = FastAPI(title="kb", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    users, metrics = SignedIn(kb.people), Metrics(kb)
    door = Door(kb.store.keys, users=users, limit=Limit(kb.settings.asker_limit))
    add_answer_route(app, kb, door, metrics)  # first, for routes are tried in order
    app.include_router(search_routes(kb, door))
    app.include_router(feedback_routes(kb, door, metrics))
    app.include_router(conversation_routes(kb, door, stopping))
    app.include_router(ticket_routes(kb, door))
    app.include_router(gap_routes(kb, door))
    app.include_router(entry_routes(kb, door))
    app.include_router(release_routes(kb, door))
    app.include_router(job_routes(kb, door))
    app.include_router(ingest_routes(kb, door))
    app.include_router(document_routes(kb, door))
    app.include_router(list_routes(kb, door))
    app.include_router(insight_routes(kb, door))
    app.include_router(health_routes(kb, door, metrics))
    app.include_router(signing_routes(kb.people, door, users))
    app.include_router(password_routes(kb.people, door, users))
    app.include_router(page_routes(kb))
    app.include_router(widget_routes())
    add_document(app)
    failures.install(app)
    app.add_middleware(Origins, allowed=kb.settings.allowed_origins.split())
    app.add_middleware(SecurityHeaders)
    return app


def from_environment() -> FastAPI:
    """Make the application from KB_* settings; for `uvicorn --factory`, which calls it in every worker process."""
    settings = Settings.read()
    logs.configure(settings.log_level)
    return create_app(build(settings), alone=True)


async def _look_over(kb: Kb) -> None:
    """Look over the files of the live release, once: they are large, and no editor should wait for it."""
    try:
        await asyncio.to_thread(kb.look_over)
    except NotReady:
        log.info("nothing has been published yet")
    except KbError as error:
        log.warning("the live release is not as it was written: %s", error, extra={"code": error.code})


async def _follow(kb: Kb) -> None:
    """Follow the release pointer as long as the application lives."""
    said = ""
    while True:
        await asyncio.sleep(FOLLOW_S)
        said = await _follow_once(kb, said)


async def _follow_once(kb: Kb, said: str = "") -> str:
    """Open the release that is live now; return what went wrong, logged when it is not what was `said` before."""
    try:
        if await asyncio.to_thread(kb.refresh):
            log.info("release opened", extra={"release": kb.serving.manifest.id})
    except KbError as error:
        if str(error) != said:
            log.warning("the live release could not be opened: %s", error, extra={"code": error.code})
        return str(error)
    except Exception:
        log.exception("looking for a new release failed")
        return "unexpected"
    return ""


async def _forget(kb: Kb) -> None:
    """Erase conversations and jobs that have grown older than the settings allow."""
    while True:
        try:
            until = kb.clock.now() - kb.settings.keep_conversations
            erased = await asyncio.to_thread(kb.store.conversations.forget_older_than, until)
            over = await asyncio.to_thread(kb.store.jobs.forget_older_than, until)
            if erased or over:
                log.info("old conversations erased", extra={"conversations": erased, "jobs": over})
        except KbError as error:
            log.warning("old conversations could not be erased: %s", error, extra={"code": error.code})
        await asyncio.sleep(FORGET_S)


async def _expire(kb: Kb) -> None:
    """Put tickets back into the queue that were claimed and left alone."""
    while True:
        try:
            expired = await asyncio.to_thread(kb.desk.expire_claims)
            if expired:
                log.info("idle tickets wait again", extra={"tickets": expired})
        except KbError as error:
            log.warning("idle tickets could not be put back: %s", error, extra={"code": error.code})
        await asyncio.sleep(EXPIRE_S)
