"""Log lines are JSON and hold no personal data."""

import json
import logging
import sys

from kb.logs import JsonLines, Name


def line(message: str, **extra: object) -> dict[str, object]:
    record = logging.makeLogRecord({"name": "kb.test", "levelno": 20, "levelname": "INFO", "msg": message, **extra})
    parsed: dict[str, object] = json.loads(JsonLines().format(record))
    return parsed


def test_a_line_is_one_json_object() -> None:
    got = line("answered\nthe question", decision="answer", took_ms=1.5)
    assert got["event"] == "answered\nthe question"
    assert got["level"] == "info"
    assert got["decision"] == "answer"
    assert got["took_ms"] == 1.5


def test_personal_data_is_masked_wherever_it_stands() -> None:
    got = line("call 13812345678", question="我的电话13812345678", nested={"a": ["a@example.com"]})
    assert "13812345678" not in json.dumps(got)
    assert got["question"] == "我的电话[手机号]"
    assert got["nested"] == {"a": ["[邮箱]"]}


def test_an_exception_is_told_with_its_trace_masked() -> None:
    try:
        int("13812345678 is no number")
    except ValueError:
        got = line("failed", exc_info=sys.exc_info())
    assert "ValueError" in str(got["exception"])
    assert "13812345678" not in str(got["exception"])


def test_an_id_of_our_own_making_is_left_as_it_is() -> None:
    own, theirs = "ans_13812345678", "13812345678"
    got = line("answered", id=Name(own), channel=theirs)
    assert (got["id"], got["channel"]) == (own, "[手机号]")


def test_what_json_cannot_hold_is_written_all_the_same() -> None:
    got = line("odd", half="\ud83d", numbered={1: "a"}, thing=ValueError("13812345678"))
    assert got["half"] == "\ud83d"
    assert got["numbered"] == {"1": "a"}
    assert got["thing"] == "[手机号]"
