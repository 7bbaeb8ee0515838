"""What one text says."""

import pytest

from kb.answer.wording import Wording


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        pytest.param("水费忘交会停水吗", ["交"], id="forgotten is not done"),
        pytest.param("忘记密码怎么办", [], id="what is forgotten is there"),
        pytest.param("驾照没到期可以换吗", ["到期"], id="a verb that looks like a complement"),
        pytest.param("车没油怎么叫救援", ["油"], id="without what follows"),
        pytest.param("一点吸力都没有", ["吸力"], id="none at all"),
        pytest.param("没有提前通知就停水", ["通知"], id="an adverb between"),
        pytest.param("灯怎么打不着", ["打"], id="cannot be done"),
    ],
)
def test_what_is_denied_however_it_is_said(text: str, denied: list[str]) -> None:
    assert Wording(text).denials[0] == denied


def test_not_is_passed_over_where_all_of_it_is_asked_for() -> None:
    assert Wording("不能退吗").plain == "能退"
    assert Wording("不是会员能退吗").plain == "不是会员能退"


def test_what_comes_about_is_read_and_what_does_not_is_not() -> None:
    assert Wording("收到验证码怎么办").done == {"收"}
    assert Wording("收不到验证码怎么办").done == frozenset()


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        pytest.param("摇椅几个月可以坐", {"age"}, id="age in months"),
        pytest.param("一天可以坐多久", {"howlong"}, id="how long"),
        pytest.param("两个套餐有什么区别", {"difference"}, id="a comparison"),
        pytest.param("网点的电话是多少", {"contact"}, id="a number to call"),
        pytest.param("啥时公布成绩", {"when"}, id="when, in dialect"),
        pytest.param("怎么打不开了", {"how", "why", "remedy"}, id="how come is why"),
    ],
)
def test_what_is_asked_for(text: str, aspects: set[str]) -> None:
    found = Wording(text).aspects
    assert aspects - {"amount", "what", "which"} <= found
    assert "age" not in found or "howlong" not in found
