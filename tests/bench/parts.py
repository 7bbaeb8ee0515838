"""Messages that ask two things, and one thing told in two clauses. `python -m tests.bench.parts [HOME]`.

`parts.jsonl` holds 40 of each for the demonstration shop. They were written before anything was cut into its questions,
by whoever wrote how that is done; the shop's own 42 were at hand meanwhile.
"""

import sys
from datetime import date
from pathlib import Path

from kb import wiring
from kb.answer.labelled import Asked, ask_labelled, read_labelled
from kb.settings import Settings
from kb.types import EntryId

FRESH = Path(__file__).with_suffix(".jsonl")
SHOP = Path(__file__).parents[2] / "data" / "faq" / "questions"
TODAY = date(2026, 11, 22)


def shown(asked: Asked) -> tuple[EntryId, ...]:
    """The entries that the customer sees: the answer's, and those of the questions to choose from."""
    decision = asked.judgement.decision
    best = (decision.best,) if asked.answered and decision.best else ()
    return tuple(one.entry.id for one in (*best, *decision.options))


def of_two(asked: list[Asked]) -> str:
    """How many show two of the expected entries."""
    both = sum(len({*shown(one)} & {*one.question.expected}) > 1 for one in asked)
    direct = [one for one in asked if one.answered]
    answered = sum(len({*shown(one)} & {*one.question.expected}) > 1 for one in direct)
    return f"both in sight {both} of {len(asked)}; of those answered directly {answered} of {len(direct)}"


def of_one(asked: list[Asked]) -> str:
    """What is offered beneath direct answers."""
    direct = [one for one in asked if one.answered]
    offered = [one for one in direct if one.judgement.decision.options]
    for one in offered:
        options = [option.entry.question for option in one.judgement.decision.options]
        print(f"  {one.question.text} -> {', '.join(options)}", file=sys.stderr)
    return f"something offered beneath {len(offered)} of {len(direct)} direct answers"


def main() -> None:
    """Ask the live release of the given home, or of the usual one."""
    settings = Settings(home=Path(sys.argv[1])) if len(sys.argv) > 1 else Settings()
    matcher = wiring.build(settings).matcher()
    for name, files in (("the shop", [SHOP]), ("fresh", [FRESH])):
        asked = ask_labelled(matcher, read_labelled(files), TODAY)
        two = [one for one in asked if one.question.kind == "two_in_one"]
        print(f"{name}, two questions: {of_two(two)}")
        print(f"{name}, all others: {of_one([one for one in asked if one.question.kind != 'two_in_one'])}")


if __name__ == "__main__":
    main()
