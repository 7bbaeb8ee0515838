from dataclasses import replace
from datetime import timedelta

import pytest

from kb import messages
from kb.console.desk.wording import due, happened, percent, waited, why
from kb.types import EntryId, Limits, Reason, TicketCandidate, TicketEvent, TicketState
from tests.records import NOW, ticket

WAITING = replace(ticket("t1"), created_at=NOW, due_at=NOW + timedelta(hours=24))


@pytest.mark.parametrize(
    ("passed", "said", "tone"),
    [
        (timedelta(0), "剩 24 小时", ""),
        (timedelta(hours=17, minutes=59), "剩 6 小时", ""),
        (timedelta(hours=18), "剩 6 小时", "amber"),
        (timedelta(hours=23, minutes=59, seconds=30), "即将到期", "amber"),
        (timedelta(hours=24), "刚刚超时", "red"),
        (timedelta(hours=25, minutes=10), "超时 1 小时 10 分", "red"),
    ],
)
def test_the_due_time_turns_amber_and_then_red(passed: timedelta, said: str, tone: str) -> None:
    found = due(WAITING, NOW + passed)
    assert found is not None
    assert (found.text, found.tone) == (said, tone)


def test_an_urgent_ticket_is_due_soon_five_minutes_before() -> None:
    urgent = replace(WAITING, due_at=NOW + timedelta(minutes=15))
    tones = [due(urgent, NOW + timedelta(minutes=minutes)) for minutes in (9, 10)]
    assert [found.tone for found in tones if found] == ["", "amber"]


def test_nobody_waits_for_a_first_reply_that_was_sent() -> None:
    assert due(replace(WAITING, replied_at=NOW), NOW) is None
    assert due(replace(WAITING, state=TicketState.CLOSED), NOW) is None


def test_how_long_a_ticket_waits_is_said_in_words() -> None:
    assert waited(WAITING, NOW + timedelta(seconds=30)) == "刚刚进来"
    assert waited(WAITING, NOW + timedelta(minutes=12)) == "等待 12 分钟"


def test_the_bot_says_how_far_it_was_from_an_answer() -> None:
    candidate = TicketCandidate(EntryId("e1"), "标准问", "相似问", 0.424, "答案")
    unsure = replace(WAITING, reason=Reason.NOTHING_CLOSE, candidates=(candidate,))
    assert why(unsure, Limits(0.9, 0.3)).endswith("最接近的词条把握 42%，直接回答需要 90%。")
    assert why(replace(unsure, candidates=()), None).endswith(messages.desk.WHY_NOTHING)


def test_who_asks_for_a_person_is_not_told_of_candidates() -> None:
    asked = replace(WAITING, reason=Reason.ASKED_FOR_PERSON)
    assert why(asked, Limits(0.9, 0.3)) == messages.try_it.REASONS["asked_for_person"]


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("claimed", {}, "小林 领取"),
        ("transferred", {"to": "小李", "note": "在路上"}, "小林 转给 小李：在路上"),
        ("transferred", {"team": "售后组", "note": ""}, "小林 转给 售后组"),
        ("closed", {"outcome": "solved"}, "小林 结束：已解决"),
        ("closed", {"outcome": "自定"}, "小林 结束：自定"),
        ("noted", {"text": "老顾客"}, "小林 备注：老顾客"),
        ("learned", {"as": "variant", "question": "怎么开发票？"}, "小林 把问题加到词条“怎么开发票？”"),
    ],
)
def test_what_happened_is_a_sentence(kind: str, detail: dict[str, str], said: str) -> None:
    assert happened(TicketEvent(1, NOW, kind, "lin", detail), {"lin": "小林"}) == said


def test_no_chance_is_called_certain() -> None:
    assert [percent(value) for value in (0.0, 0.5, 0.999)] == ["1%", "50%", "99%"]
