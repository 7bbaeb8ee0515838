"""One publication from the command line, and what is shown of answers that change by it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kb import messages
from kb.cli.show import escaped, out, print_json, progress_bar, table_of
from kb.cli.who import operator

if TYPE_CHECKING:
    from kb.publish.gate import Change, Gate, Outcome
    from kb.wiring import Kb

_CHANGES_SHOWN = 40  # answers that change, on the terminal


def publish_now(
    kb: "Kb", *, accept: bool = False, refit: bool = False, dry_run: bool = False, quiet: bool
) -> dict[str, Any]:
    """Publish, or with `dry_run` only compare; show what became of it unless `quiet`, and return it as JSON.

    Raises GateRefused.
    """
    from kb.publish.gate import GateRefused

    try:
        with progress_bar() as progress:
            published = kb.publisher.publish(
                accept=accept, refit=refit, dry_run=dry_run, by=operator(), progress=progress
            )
    except GateRefused as refusal:
        if quiet:
            print_json({"changed": False, "gate": refusal.gate.as_dict()})
        else:
            _show_gate(refusal.gate)
        raise
    manifest = published.manifest
    gate = published.gate
    if not quiet:
        if gate:
            _show_gate(gate)
        text = messages.cli.PUBLISHED if published.changed else messages.cli.PUBLISH_SAME
        if dry_run and published.changed:
            text = messages.cli.WOULD_BE_REFUSED if gate and gate.refuses else messages.cli.WOULD_BE_PUBLISHED
        numbers = {"entries": f"{manifest.entries:,}", "phrasings": f"{manifest.phrasings:,}"}
        out.print(text.format(release=manifest.id, encoded=f"{published.encoded:,}", **numbers))
    return {
        **asdict(manifest),
        "id": None if dry_run and published.changed else manifest.id,
        "dry_run": dry_run,
        "changed": published.changed,
        "encoded": published.encoded,
        "gate": gate.as_dict() if gate else None,
    }


def _show_gate(gate: "Gate") -> None:
    """Show which answers change, and what the golden questions say."""
    if gate.changes:
        show_changes(gate.changes)
    numbers = {"golden": f"{gate.golden:,}", "replayed": f"{gate.replayed:,}", "changes": f"{len(gate.changes):,}"}
    out.print(messages.cli.GATE.format(**numbers, broken=f"{len(gate.broken):,}"))
    if gate.precision is not None:
        out.print(messages.cli.GATE_PRECISION.format(precision=f"{gate.precision:.1%}", promise=f"{gate.promise:.0%}"))


def show_changes(changes: "tuple[Change, ...]") -> None:
    """Show changes of answers, as many as a terminal takes."""
    table = table_of(*messages.cli.GATE_COLUMNS)
    for change in changes[:_CHANGES_SHOWN]:
        kind = messages.cli.GATE_GOLDEN if change.golden else messages.cli.GATE_REPLAYED
        mark = f"[red]{messages.cli.GATE_BREAKS}[/]" if change.breaks else kind
        table.add_row(mark, escaped(change.question), _outcome(change.old), _outcome(change.new))
    out.print(table)
    if (more := len(changes) - _CHANGES_SHOWN) > 0:
        out.print(messages.cli.GATE_MORE.format(count=f"{more:,}"))


def _outcome(outcome: "Outcome") -> str:
    return escaped(f"{messages.cli.DECISIONS[outcome.decision]} {outcome.entry_id or ''}".strip())
