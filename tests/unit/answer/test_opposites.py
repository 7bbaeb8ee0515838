"""What excludes each other."""

import pytest

from kb.answer.opposites import another_of_kind, opposed, things


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        pytest.param("楼上漏水", "楼下漏水", ["楼上"], id="the same neighbour before it"),
        pytest.param("怎么升舱", "怎么降舱", ["么升", "升舱"], id="on both sides"),
        pytest.param("开头怎么写", "结尾怎么写", [], id="no opposite"),
        pytest.param("楼上楼下都漏水", "楼下漏水", [], id="says both"),
        pytest.param("上午开门", "楼下开门", [], id="another neighbour"),
    ],
)
def test_an_opposite_counts_beside_the_same_neighbour(one: str, other: str, said: list[str]) -> None:
    assert [found for found in opposed(one, other) if found in said] == said[:1]
    assert bool(list(opposed(one, other))) == bool(said)


def test_the_longest_name_of_a_thing_is_read() -> None:
    assert things("办白金卡") != things("办金卡")
    assert things("办白金卡").keys() == things("办金卡").keys()
    assert things("身份证明") == things("身份证")
    assert things("怎么办") == {}


def test_another_thing_of_the_same_kind_is_told_from_the_same_one_and_from_one_of_another_kind() -> None:
    train, underground, fare = things("高铁能带狗吗"), things("地铁能带狗吗"), things("水费多少")
    assert another_of_kind(underground, train, [train])
    assert not another_of_kind(train, train, [train])
    assert not another_of_kind(fare, train, [train])
    assert not another_of_kind(underground, train, [train, underground]), "another phrasing names it"
    assert not another_of_kind(things("地铁和高铁"), train, [train]), "it names both"
