"""Messages of two questions, of one told in two clauses, and of two of which one has no entry.

`python -m tests.bench.parts [HOME]` asks the live release of the demonstration shop. `parts.jsonl` was at hand when its
messages were first cut into questions, `parts_fresh.jsonl` was written afterwards, by the same hand; a first look at it
led to two small changes in `kb.answer.parts`, by which 22 of its thirty show both questions instead of 20.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kb import wiring
from kb.answer.labelled import Asked, ask_labelled, read_labelled
from kb.settings import Settings

FILES = {
    "the shop": Path(__file__).parents[2] / "data" / "faq" / "questions",
    "known": Path(__file__).with_suffix(".jsonl"),
    "fresh": Path(__file__).with_name("parts_fresh.jsonl"),
}
TODAY = date(2026, 11, 22)


def both_in_sight(asked: Asked) -> bool:
    """Whether the answer and the questions to choose from hold two of the expected entries."""
    decision = asked.judgement.decision
    shown = {option.entry.id for option in decision.options}
    if asked.answered and decision.best:
        shown.add(decision.best.entry.id)
    return len(shown.intersection(asked.question.expected)) > 1


def offers(asked: Sequence[Asked]) -> list[str]:
    """What is offered beneath direct answers."""
    return [
        f"{one.question.text} → {one.judgement.decision.best.entry.question} "
        f"+ {'; '.join(option.entry.question for option in one.judgement.decision.options)}"
        for one in asked
        if one.judgement.decision.best and one.judgement.decision.options
    ]


def main() -> None:
    """Print, by file and kind, how many show both questions and beneath how many answers another is offered."""
    settings = Settings(home=Path(sys.argv[1])) if len(sys.argv) > 1 else Settings()
    matcher = wiring.build(settings).matcher()
    for name, path in FILES.items():
        by_kind = defaultdict[str, list[Asked]](list)
        for one in ask_labelled(matcher, read_labelled([path]), TODAY):
            kind = one.question.kind
            by_kind[kind if path.is_file() or kind == "two_in_one" else "all others"].append(one)
        for kind, asked in sorted(by_kind.items()):
            direct = [one for one in asked if one.answered]
            if kind == "two_in_one":
                both, answered = sum(map(both_in_sight, asked)), sum(map(both_in_sight, direct))
                print(f"{name}, {kind}: both in sight {both} of {len(asked)}, answered {answered} of {len(direct)}")
            else:
                print(f"{name}, {kind}: another offered beneath {len(offers(direct))} of {len(direct)} direct answers")
                print(*(f"  {line}" for line in offers(direct)), sep="\n")


if __name__ == "__main__":
    main()
