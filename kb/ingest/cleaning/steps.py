"""The steps of cleaning, in the order in which they are taken."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One kind of dirt. Programs may rely on the values."""

    FORMS = "forms"  # full-width letters, compatibility forms, unseen characters
    CONVERTER = "converter"  # what a converter wrote into the text about itself
    SITE = "site"  # notices of document-sharing sites, disclaimers, copyright lines
    PAGE = "page"  # repeated headers and footers, title and thank-you lines of slides
    PAGE_NUMBERS = "page_numbers"
    SCRIPT = "script"  # stray lines in a script that the document is not written in
    REPEATED = "repeated"  # a stretch of the document that stands there twice
    CONTENTS = "contents"  # tables of contents
    BULLETS = "bullets"  # lone bullets and numbers; bullets become list items
    JOIN = "join"  # lines cut in mid-sentence
    STUTTER = "stutter"  # characters that a converter doubled


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What one step took away from one file, or changed in it."""

    file: str  # source name
    step: Step
    count: int
    removed: tuple[str, ...]  # shortened; at most `SHOWN`


SHOWN = 500
