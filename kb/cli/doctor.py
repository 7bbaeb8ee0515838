"""`kb doctor`: what a service needs, looked at one thing after the other."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import messages
from kb.cli.declare import Json, opened, option
from kb.cli.show import escaped, out, print_json
from kb.errors import KbError

if TYPE_CHECKING:
    from kb.wiring import Kb


def doctor(
    quiet: Annotated[bool, option("quiet", "--quiet")] = False,
    as_json: Json = False,
) -> None:
    """Check what a service needs, one thing after the other; exit 1 when something is wrong."""
    checks: list[dict[str, Any]] = []
    try:
        with opened() as kb:
            for name, look in _checks(kb, deep=not quiet):
                checks.append({"check": name, "ok": False, "found": ""})
                checks[-1] |= {"found": look(), "ok": True}
    except KbError as error:
        checks = checks or [{"check": "settings", "ok": False}]
        checks[-1] |= {"ok": False, "found": str(error)}
    if as_json:
        print_json(checks)
    elif not quiet:
        for c in checks:
            mark = "[green]✓[/]" if c["ok"] else "[red]✗[/]"
            out.print(f"{mark} {messages.cli.DOCTOR[c['check']]}：{escaped(c['found'])}")
    if not all(c["ok"] for c in checks):
        raise typer.Exit(1)


def _checks(kb: "Kb", *, deep: bool) -> Iterator[tuple[str, Callable[[], str]]]:
    from kb.index import release

    def live() -> str:
        manifest = kb.serving.manifest
        if deep:
            release.verify(kb.settings.releases, manifest.id)
        return f"{manifest.id}: {manifest.entries:,} entries, {manifest.phrasings:,} phrasings"

    yield "settings", lambda: str(kb.settings.home.absolute())
    yield "store", lambda: f"revision {kb.store.entries.revision()}"
    yield "embedder", lambda: kb.embedder.name
    yield "release", live
    yield "access", lambda: f"{sum(not key.revoked_at for key in kb.store.keys.all())} keys"
