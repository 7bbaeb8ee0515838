"""What `kb serve` runs: the API of `kb.web`, and the pages beside it."""

from kb import logs
from kb.console.mount import Console, LazyPages
from kb.console.relay import Relay
from kb.console.signing import Gate
from kb.settings import Settings
from kb.web import app as web
from kb.wiring import Kb, build

#: The modules that hold pages; each registers its own with `kb.console.frame.page` when it is imported.
PAGES = (
    "kb.console.desk.page",
    "kb.console.studio.page",
    "kb.console.insight.page",
    "kb.console.insight.audit",
)


def create_app(kb: Kb, *, alone: bool = False) -> Console:
    """Return API and pages over `kb`, which is closed with them; `alone` as in `kb.web.app.create_app`."""
    return Console(web.create_app(kb, alone=alone), LazyPages(kb, PAGES), Gate(kb))


def from_environment() -> Console:
    """Make the application from KB_* settings; for `uvicorn --factory`, which calls it in every worker process.

    Pages keep their state in the process that made them. Where several processes serve, one of them has the pages:
    `KB_PAGES_SOCKET` says where it listens, and the others hand the pages' requests on to it.
    """
    settings = Settings.read()
    logs.configure(settings.log_level)
    kb = build(settings)
    if not settings.pages_socket:
        return create_app(kb, alone=True)
    return Console(web.create_app(kb, alone=True), Relay(settings.pages_socket), Gate(kb))
