import pytest

from kb.types import KeyId
from kb.web import limit
from kb.web.failures import Refused
from kb.web.limit import Limit

ANN, BEN = (KeyId("k1"), "192.0.2.1"), (KeyId("k1"), "192.0.2.2")


class Time:
    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def test_a_minutes_worth_goes_through_at_once_and_then_as_much_as_time_brings() -> None:
    time = Time()
    six = Limit(6, monotonic=time)
    for _ in range(6):
        six.take(ANN)
    with pytest.raises(Refused) as refused:
        six.take(ANN)
    assert refused.value.headers == {"Retry-After": "10"}
    time.s += 10
    six.take(ANN)
    with pytest.raises(Refused):
        six.take(ANN)


def test_a_refused_request_costs_nothing() -> None:
    time = Time()
    one = Limit(1, monotonic=time)
    one.take(ANN)
    for _ in range(100):
        with pytest.raises(Refused):
            one.take(ANN)
    time.s += 60
    one.take(ANN)


def test_everybody_has_a_limit_of_their_own() -> None:
    one = Limit(1, monotonic=Time())
    one.take(ANN)
    one.take(BEN)
    one.take((None, "192.0.2.1"))


def test_a_lighter_request_counts_less() -> None:
    one = Limit(1, monotonic=Time())
    for _ in range(10):
        one.take(ANN, 0.1)
    with pytest.raises(Refused):
        one.take(ANN, 0.1)


def test_zero_allows_any_number() -> None:
    free = Limit(0, monotonic=Time())
    for _ in range(10_000):
        free.take(ANN)


def test_who_has_been_quiet_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "_MOST", 100)
    time = Time()
    one = Limit(60, monotonic=time)
    for number in range(500):
        one.take((None, str(number)))
        time.s += 1
    assert len(one._used_until) <= 100
