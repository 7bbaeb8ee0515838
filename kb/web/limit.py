"""How much one customer's browser may ask: so many questions a minute for each key and address."""

import time
from collections.abc import Callable
from http import HTTPStatus
from math import ceil

from kb.types import KeyId
from kb.web.failures import Refused

#: Addresses remembered until those are let go that have been quiet for a minute.
_MOST = 50_000
_MINUTE_S = 60.0

Asker = tuple[KeyId | None, str]


class Limit:
    """Lets a minute's worth of questions through at once, and then as many as a minute brings.

    It costs a look into a dictionary; every process counts by itself, and nothing is written down. Each key and
    address is remembered as the moment at which it will have used up what it took (GCRA).
    """

    def __init__(self, a_minute: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Allow `a_minute` questions; 0 allows any number."""
        self._step_s = _MINUTE_S / a_minute if a_minute else 0.0
        self._monotonic = monotonic
        self._used_until: dict[Asker, float] = {}

    def take(self, asker: Asker, weight: float = 1.0) -> None:
        """Count a request as `weight` questions; raises Refused, 429 with Retry-After, when it is too many."""
        step = self._step_s * weight
        if not step:
            return
        now = self._monotonic()
        until = self._used_until.get(asker, now)
        until = max(now, until) + step
        over = until - now - _MINUTE_S
        if over > 1e-6:
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                "this key asked too much from this address; wait as long as Retry-After says, in seconds "
                "(KB_ASKER_LIMIT sets how much it may)",
                headers={"Retry-After": str(ceil(over))},
            )
        if len(self._used_until) >= _MOST:
            self._used_until = {one: moment for one, moment in self._used_until.items() if moment > now}
        self._used_until[asker] = until
