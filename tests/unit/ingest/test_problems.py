import string

import pytest

from kb import messages
from kb.ingest.columns import Column
from kb.ingest.problems import BLOCKING, LISTED, Code, Place, Report, problem, shorten
from kb.types import EntryState


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return key


def test_every_code_is_worded_and_every_wording_has_a_code() -> None:
    assert set(messages.ingest.PROBLEMS) == {code.value for code in Code}


@pytest.mark.parametrize("code", list(Code))
def test_a_problem_says_what_is_wrong_and_what_to_do_in_chinese(code: Code) -> None:
    for text in messages.ingest.PROBLEMS[code.value]:
        worded = text.format_map(_Anything())
        assert any("一" <= char <= "鿿" for char in worded)
        assert all(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_every_column_and_state_has_a_name_for_editors() -> None:
    assert set(messages.ingest.COLUMNS) == {column.value for column in Column}
    assert set(messages.ingest.STATES) == {state.value for state in EntryState}


def test_what_spoils_a_file_blocks_and_what_spoils_a_row_does_not() -> None:
    assert {Code.MISSING_COLUMN, Code.SAME_ID, Code.DAMAGED, Code.NOT_FOUND} <= BLOCKING
    assert not {Code.EMPTY_QUESTION, Code.BAD_DATE, Code.REPEATED_QUESTION, Code.EXPIRED, Code.MORE} & BLOCKING
    assert problem(Code.EMPTY_FILE, Place("a.csv")).blocks


def test_braces_in_what_an_editor_wrote_are_harmless() -> None:
    assert "{0.__class__}" in problem(Code.UNKNOWN_STATE, Place("a.csv", 2), value="{0.__class__}").message


def test_long_texts_are_shortened_for_display() -> None:
    assert shorten("问" * 50) == "问" * 39 + "…"
    assert shorten("第一行\n第二行") == "第一行 第二行"


def test_many_problems_of_a_kind_are_listed_up_to_a_point_and_then_counted() -> None:
    report = Report("a.csv")
    for row in range(LISTED + 5):
        report.add(Code.EMPTY_QUESTION, row)
    report.add(Code.EXPIRED, question="双11", end="2026-11-12")
    *listed, more = report.close()
    assert len(listed) == LISTED + 1
    assert more.code is Code.MORE
    assert "5" in more.message
