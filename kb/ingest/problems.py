"""What is wrong with a file or a row: a stable code, where it is, and two Chinese sentences from `kb.messages`."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kb import messages


class Code(StrEnum):
    """What can be wrong. Programs may rely on the values."""

    # the file cannot be used; nothing may be written until that is solved
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    NOTHING_FOUND = "nothing_found"
    NAME_TWICE = "name_twice"
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    TOO_MANY_ROWS = "too_many_rows"
    WRONG_FORMAT = "wrong_format"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    UNDECODABLE = "undecodable"
    NUL_BYTES = "nul_bytes"
    BROKEN_QUOTES = "broken_quotes"
    NO_HEADER = "no_header"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    SAME_ID = "same_id"
    # the row is left out
    EMPTY_QUESTION = "empty_question"
    EMPTY_ANSWER = "empty_answer"
    NOTHING_TO_MATCH = "nothing_to_match"
    QUESTION_TOO_LONG = "question_too_long"
    ANSWER_TOO_LONG = "answer_too_long"
    ID_TOO_LONG = "id_too_long"
    BAD_DATE = "bad_date"
    DATES_REVERSED = "dates_reversed"
    UNKNOWN_STATE = "unknown_state"
    BAD_JSON = "bad_json"
    BAD_VALUE = "bad_value"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    EXTRA_CELLS = "extra_cells"
    REPEATED_QUESTION = "repeated_question"
    BAD_GOLDEN = "bad_golden"
    REPEATED_GOLDEN = "repeated_golden"
    # a part of the row is left out
    VARIANT_TOO_LONG = "variant_too_long"
    VARIANT_NOTHING_TO_MATCH = "variant_nothing_to_match"
    BAD_LINK = "bad_link"
    CONTROL_CHARACTERS = "control_characters"
    # worth knowing
    EXPIRED = "expired"
    SAME_QUESTION = "same_question"
    SHARED_PHRASING = "shared_phrasing"
    UNKNOWN_FOLLOW_UP = "unknown_follow_up"
    UNKNOWN_EXPECTED = "unknown_expected"
    UNKNOWN_COLUMN = "unknown_column"
    UNSUPPORTED = "unsupported"
    NAMESAKE = "namesake"
    NO_TABLE = "no_table"
    SHEET_SKIPPED = "sheet_skipped"
    SHEET_HIDDEN = "sheet_hidden"
    NO_ROWS = "no_rows"
    PROPOSED = "proposed"
    PROPOSAL_DIFFERS = "proposal_differs"
    CLEANED = "cleaned"
    STUTTERED = "stuttered"
    SCANNED = "scanned"
    SCANNED_PAGES = "scanned_pages"
    PAGES_UNREAD = "pages_unread"
    PAGES_DAMAGED = "pages_damaged"
    SLIDE_HIDDEN = "slide_hidden"
    MACROS = "macros"
    FORMULAS_UNSEEN = "formulas_unseen"
    MORE = "more"


#: Problems that must be solved before anything is written.
BLOCKING = frozenset(list(Code)[: list(Code).index(Code.EMPTY_QUESTION)])

#: Facts that are lists made by us, not texts of the editor's: never shortened.
_WHOLE = frozenset({"steps", "pages"})

#: So many problems of one kind are listed for one file; the rest are counted.
LISTED = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, as the editor sees it."""

    file: str  # source name
    row: int | None = None  # 1-based row of the table or line of the text
    where: str = ""  # in words, with the sheet's name


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `message` says what and `advice` what to do, both in Chinese."""

    file: str
    row: int | None
    where: str
    code: Code
    message: str
    advice: str
    blocks: bool


def problem(code: Code, place: Place, **facts: object) -> Problem:
    """Word a problem; texts among `facts` are shortened for display."""
    message, advice = messages.ingest.PROBLEMS[code.value]
    shown = {
        name: shorten(fact) if isinstance(fact, str) and name not in _WHOLE else fact for name, fact in facts.items()
    }
    return Problem(
        file=place.file,
        row=place.row,
        where=place.where,
        code=code,
        message=message.format_map(shown),
        advice=advice.format_map(shown),
        blocks=code in BLOCKING,
    )


def shorten(text: str, limit: int = 40) -> str:
    """The text on one line of at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


class Unusable(Exception):
    """A file cannot be used at all; raised by readers, turned into a problem by `read`."""

    def __init__(self, code: Code, row: int | None = None, where: str = "", **facts: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.row = row
        self.where = where
        self.facts = facts


@dataclass(slots=True)
class Report:
    """Collects the problems of one file; after `LISTED` of a kind it only counts."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    pages: Callable[[int, int], None] = lambda page, pages: None  # noqa: ARG005 - told page and pages of a long file
    held: bool = False  # nothing that came from the file earlier may be retired
    _seen: Counter[Code] = field(default_factory=Counter)

    def add(self, code: Code, row: int | None = None, where: str = "", **facts: object) -> None:
        """Note a problem."""
        self._seen[code] += 1
        if self._seen[code] <= LISTED:
            self.problems.append(problem(code, Place(self.file, row, where), **facts))

    def close(self) -> tuple[Problem, ...]:
        """Return all problems, and one line for each kind that had more than are listed."""
        more = [
            problem(Code.MORE, Place(self.file), count=count - LISTED, example=self._first(code))
            for code, count in self._seen.items()
            if count > LISTED
        ]
        return (*self.problems, *more)

    def _first(self, code: Code) -> str:
        return next(found.message for found in self.problems if found.code is code)
