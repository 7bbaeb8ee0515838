"""Whether a question that is worded like an entry asks for something else: a sum of what speaks for it and against it.

What is seen is seldom certain by itself: another word may say the same. The weights were fitted by logistic regression
to minimal pairs (`python -m tests.bench.doubt`), and prefer asking back to a wrong answer.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signs:
    """What is seen of a question and the phrasings of the entry that it would be answered with."""

    alike: float  # share of the characters that it has in common with the closest
    same: float  # log-odds that both ask the same, by the interaction model
    unturned: float  # log-odds that no single word turns the one into the other
    missing: float  # share of what all phrasings say that the question doesn't
    novel: float  # share of what the question says that no phrasing does
    aspect_of_none: bool  # it asks for what no phrasing asks for
    denied: bool  # it denies what they say, or the other way round
    turning: bool  # one says a word more that turns the meaning round
    aspect: bool  # it asks for something else that another answer serves
    thing: bool  # another thing stands in the same place
    length: float  # log of the characters of the question


@dataclass(frozen=True, slots=True)
class Weights:
    """What each of the `Signs` adds."""

    alike: float
    same: float
    unturned: float
    missing: float
    novel: float
    aspect_of_none: float
    denied: float
    turning: float
    aspect: float
    thing: float
    length: float


WEIGHTS = Weights(
    alike=5.068,
    same=-0.065,
    unturned=-0.190,
    missing=2.477,
    novel=1.885,
    aspect_of_none=2.443,
    denied=3.445,
    turning=2.242,
    aspect=1.332,
    thing=2.602,
    length=-1.323,
)
#: Added to the sum, so that nothing is answered from a chance of a third on that it is asked otherwise.
BIAS = -3.473


def doubt(signs: Signs) -> float:
    """Log-odds, above 0 when the question should not be answered with the entry."""
    return (
        BIAS
        + WEIGHTS.alike * signs.alike
        + WEIGHTS.same * signs.same
        + WEIGHTS.unturned * signs.unturned
        + WEIGHTS.missing * signs.missing
        + WEIGHTS.novel * signs.novel
        + WEIGHTS.aspect_of_none * signs.aspect_of_none
        + WEIGHTS.denied * signs.denied
        + WEIGHTS.turning * signs.turning
        + WEIGHTS.aspect * signs.aspect
        + WEIGHTS.thing * signs.thing
        + WEIGHTS.length * signs.length
    )
