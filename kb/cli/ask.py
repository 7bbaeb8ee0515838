"""`kb ask`: one question to the live release, and why it was answered so."""

from typing import TYPE_CHECKING, Annotated, Any

from kb import messages
from kb.cli.declare import Json, argument, opened, option
from kb.cli.show import escaped, out, print_json, table_of

if TYPE_CHECKING:
    from kb.types import Candidate, Cited, Judgement, Limits


def ask(
    question: Annotated[str, argument("question", "QUESTION")],
    explain: Annotated[bool, option("explain", "--explain")] = False,
    as_json: Json = False,
) -> None:
    """Ask the live release; nothing is recorded."""
    from kb.answer.respond import Asked

    with opened() as kb:
        reply = kb.responder.respond(kb.matcher(), Asked(question, dry_run=True, explain=explain))
        judgement = reply.judgement
        if as_json:
            print_json(
                {
                    "decision": judgement.decision.kind,
                    "reason": judgement.decision.reason,
                    "confidence": judgement.confidence,
                    "message": reply.message,
                    "candidates": [_candidate_json(c, explain=explain) for c in judgement.candidates],
                    "passages": [_passage_json(cited) for cited in judgement.passages],
                    "release": judgement.release,
                    "took_ms": round(reply.took_ms, 3),
                }
            )
            return
        _show_judgement(judgement, reply.message, reply.took_ms)
        if judgement.passages and judgement.decision.kind == "handoff":
            _show_passages(judgement)
        if explain:
            _show_why(judgement, kb.matcher().limits)
            _show_candidates(judgement)


def _candidate_json(candidate: "Candidate", *, explain: bool) -> dict[str, Any]:
    plain = {
        "entry_id": candidate.entry.id,
        "question": candidate.entry.question,
        "matched": candidate.matched,
        "confidence": candidate.confidence,
    }
    if explain:
        plain |= {"features": dict(candidate.features), "contributions": dict(candidate.contributions)}
    return plain


def _passage_json(cited: "Cited") -> dict[str, Any]:
    from kb.answer.passages import citation

    passage = cited.passage
    return {
        "id": passage.id,
        "file": passage.source,
        "citation": citation(cited),
        "text": cited.excerpt,
        "approved": cited.approved,
        "confidence": cited.confidence,
    }


def _show_passages(judgement: "Judgement") -> None:
    """Show what documents say to a question that goes to a person."""
    from kb.answer.passages import citation

    table = table_of(*messages.documents.CITED_COLUMNS)
    for cited in judgement.passages:
        table.add_row(escaped(citation(cited)), escaped(cited.excerpt), f"{cited.confidence:.2f}")
    out.print(table)


def _show_judgement(judgement: "Judgement", message: str, took_ms: float) -> None:
    decision = judgement.decision
    colour = {"answer": "green", "clarify": "yellow", "handoff": "red"}[decision.kind]
    out.print(
        f"[bold {colour}]{messages.cli.DECISIONS[decision.kind]}[/]（{messages.cli.REASONS[decision.reason]}）"
        f"  {messages.cli.CONFIDENCE} {judgement.confidence:.2f}"
    )
    out.print(message, markup=False, soft_wrap=True)
    out.print(f"[dim]{messages.cli.RELEASE} {judgement.release} · {messages.cli.TOOK} {took_ms:.1f} ms[/]")


def _show_why(judgement: "Judgement", limits: "Limits") -> None:
    """Show the guard that fired, the detail that speaks against the best candidate, and the limits."""
    words = messages.studio
    best = next(iter(judgement.candidates), None)
    if judgement.decision.reason.by_guard:
        out.print(words.GUARD.format(guard=messages.cli.REASONS[judgement.decision.reason]))
    elif best and best.conflict:
        out.print(words.CONFLICT_WITH.format(detail=messages.try_it.CONFLICTS.get(best.conflict, best.conflict)))
    out.print(words.LIMITS.format(answer=f"{limits.answer:.2f}", suggest=f"{limits.suggest:.2f}"))


def _show_candidates(judgement: "Judgement") -> None:
    if not judgement.candidates:
        out.print(messages.cli.NO_CANDIDATES)
        return
    table = table_of(*messages.cli.CANDIDATE_COLUMNS)
    for place, candidate in enumerate(judgement.candidates, 1):
        entry = candidate.entry
        texts = (entry.id, escaped(entry.question), escaped(candidate.matched))
        table.add_row(str(place), *texts, f"{candidate.confidence:.3f}")
    out.print(table)
    best = judgement.candidates[0]
    if best.contributions:
        features = table_of(*messages.cli.FEATURE_COLUMNS)
        for name, added in sorted(best.contributions.items(), key=lambda item: -abs(item[1])):
            value = best.features.get(name)
            features.add_row(
                messages.try_it.FEATURES.get(name, name), "" if value is None else f"{value:.3f}", f"{added:+.2f}"
            )
        out.print(features)
