"""What an editor is warned of: a stable code, where it is, why, and what to do, in the words of `kb.messages`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kb import messages
from kb.ingest.problems import Place, shorten
from kb.types import Entry, EntryId

_ROUGHLY = re.compile("（[^（）]*）$")  # where else it is: too long for a sentence


class FindingCode(StrEnum):
    """What an entry can be warned of. Programs may rely on the values."""

    PERSONAL_DATA = "personal_data"
    FORBIDDEN_WORDING = "forbidden_wording"
    PROMISE = "promise"
    CONTRADICTION = "contradiction"
    SAME_QUESTION = "same_question"
    NEAR_DUPLICATE = "near_duplicate"
    OTHER_ANSWER = "other_answer"
    SHARED_PHRASING = "shared_phrasing"
    STRAY_VARIANT = "stray_variant"
    DEAD_LINK = "dead_link"
    EXPIRED = "expired"
    EXPIRES_SOON = "expires_soon"
    IMPOLITE = "impolite"
    NOT_A_QUESTION = "not_a_question"


class Weight(StrEnum):
    """What a finding does to the writing."""

    BLOCKS = "blocks"  # certain harm: nothing is written
    CONFIRM = "confirm"  # a judgement: written only when the editor says so (`--yes`)
    NOTICE = "notice"  # worth knowing: written


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands in a file, or in the store when no file of this reading holds it."""

    entry: Entry
    place: Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an editor should look at; `message` says what and `advice` what to do, both in Chinese."""

    code: FindingCode
    weight: Weight
    file: str
    row: int | None
    where: str
    entry_id: EntryId
    question: str
    message: str
    advice: str
    quotes: tuple[str, ...] = ()  # the words that it is about
    other: Standing | None = None  # the entry that it collides with
    entry: Entry | None = None  # the entry itself, for whoever shows it

    @property
    def blocks(self) -> bool:
        """Whether nothing may be written before this is solved."""
        return self.weight is Weight.BLOCKS

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        other = self.other and {
            "entry_id": self.other.entry.id,
            "question": self.other.entry.question,
            "file": self.other.place.file,
            "row": self.other.place.row,
            "where": self.other.place.where,
        }
        return {
            "code": self.code.value,
            "weight": self.weight.value,
            "blocks": self.blocks,
            "file": self.file,
            "row": self.row,
            "where": self.where,
            "entry_id": self.entry_id,
            "question": self.question,
            "message": self.message,
            "advice": self.advice,
            "quotes": list(self.quotes),
            "other": other,
        }


def finding(
    code: FindingCode,
    at: Standing,
    weight: Weight = Weight.NOTICE,
    *,
    quotes: Sequence[str] = (),
    other: Standing | None = None,
    **facts: object,
) -> Finding:
    """Word a finding; `facts` fill the sentences of its code, texts among them are shortened."""
    message, advice = messages.review.FINDINGS[code.value]
    shown = {
        "question": shorten(at.entry.question),
        "quote": messages.review.AND.join(map(shorten, quotes)),
        "other": name_of(other, at) if other else "",
        "other_question": shorten(other.entry.question) if other else "",
        **{name: shorten(fact, 120) if isinstance(fact, str) else fact for name, fact in facts.items()},
    }
    return Finding(
        code=code,
        weight=weight,
        file=at.place.file,
        row=at.place.row,
        where=at.place.where,
        entry_id=at.entry.id,
        question=at.entry.question,
        message=message.format_map(shown),
        advice=advice.format_map(shown),
        quotes=tuple(quotes),
        other=other,
        entry=at.entry,
    )


def name_of(other: Standing, seen_from: Standing) -> str:
    """Name another entry by its id and where it stands; its file only when that is another one."""
    place = other.place
    where = _ROUGHLY.sub("", place.where)
    where = where if place.file == seen_from.place.file else f"{place.file} {where}".strip()
    return f"{other.entry.id}（{where}）" if where else str(other.entry.id)
