import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import messages
from kb.errors import InputError
from kb.people import LONGEST, SHORTEST, Wait, as_name, check

words = messages.signing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("xiaolin", "xiaolin"), (" XiaoLin ", "xiaolin"), ("ＸＬ", "xl"), ("小林", "小林"), ("a.b-c@d", "a.b-c@d")],
)
def test_a_name_has_one_spelling(typed: str, kept: str) -> None:
    assert as_name(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "-a", ".a", "a b", "a:b", "kb:root", "a/b", "a\0", "x" * 65])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="用户名"):
        as_name(typed)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", words.TOO_SHORT.format(least=SHORTEST)),
        ("x" * (LONGEST + 1), words.TOO_LONG.format(most=LONGEST)),
        ("aaaaaaaaaaaa", words.TOO_PLAIN),
        ("0123456789", words.TOO_PLAIN),
        ("zyxwvutsrqpo", words.TOO_PLAIN),
        ("90123456789", words.TOO_PLAIN),
        ("xiaolin1234", words.LIKE_NAME),
        ("XIAOLINxiaolin", words.LIKE_NAME),
    ],
)
def test_a_password_that_is_guessed_in_no_time_is_refused(password: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        check(password, "xiaolin")
    assert str(refused.value) == said


@pytest.mark.parametrize("password", ["correct horse", "一共十个汉字的密码呀", "xiaolin likes tea", "p9$kd02-ms"])
def test_a_password_that_will_do_is_taken(password: str) -> None:
    check(password, "xiaolin")


@given(st.floats(0.001, 900))
def test_how_long_to_wait_is_said_in_whole_minutes_and_never_too_short(seconds: float) -> None:
    from datetime import timedelta

    wait = Wait(timedelta(seconds=seconds))
    assert seconds <= wait.seconds < seconds + 1.001
    minutes = int("".join(char for char in str(wait) if char.isdigit()))
    assert minutes >= 1
    assert seconds <= 60 * minutes < seconds + 61
