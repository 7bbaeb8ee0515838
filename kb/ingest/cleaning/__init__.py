"""Documents without the dirt of the sites and converters they came through. Each step stands alone.

A step takes blocks and gives back blocks, and a list of what it took away or changed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from kb.ingest.blocks import Block
from kb.ingest.cleaning.bullets import bullets
from kb.ingest.cleaning.contents import contents
from kb.ingest.cleaning.converter import converter
from kb.ingest.cleaning.forms import forms
from kb.ingest.cleaning.join import rejoin
from kb.ingest.cleaning.page import page, page_numbers
from kb.ingest.cleaning.repeated import repeated
from kb.ingest.cleaning.script import script
from kb.ingest.cleaning.site import site
from kb.ingest.cleaning.steps import SHOWN, Cleaned, Step
from kb.ingest.cleaning.stutter import stutter
from kb.ingest.problems import shorten

__all__ = ["STEPS", "Cleaned", "Step", "tidy"]

#: What each step does, in the order in which they are taken.
STEPS: Final[Mapping[Step, Callable[[Sequence[Block]], tuple[list[Block], list[str]]]]] = {
    Step.FORMS: forms,
    Step.CONVERTER: converter,
    Step.SITE: site,
    Step.PAGE: page,
    Step.PAGE_NUMBERS: page_numbers,
    Step.SCRIPT: script,
    Step.REPEATED: repeated,
    Step.CONTENTS: contents,
    Step.BULLETS: bullets,
    Step.JOIN: rejoin,
    Step.STUTTER: stutter,
}


def tidy(blocks: Sequence[Block], file: str, without: Collection[Step] = ()) -> tuple[list[Block], tuple[Cleaned, ...]]:
    """Take every step that is not left out; say what each of them did, where it did something."""
    done = []
    current = list(blocks)
    for step, take in STEPS.items():
        if step not in without:
            current, removed = take(current)
            if removed:
                shown = tuple(shorten(text, 120) for text in removed[:SHOWN])
                done.append(Cleaned(file, step, len(removed), shown))
    return current, tuple(done)
