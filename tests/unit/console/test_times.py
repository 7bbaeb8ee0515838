from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kb.console.times import lasting, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 19, 6, 5, tzinfo=UTC)  # 14:05 in Shanghai


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "今天 14:05"),
        (NOW - timedelta(hours=15), "昨天 23:05"),
        (NOW + timedelta(hours=12), "明天 02:05"),
        (datetime(2026, 11, 3, 8, 20, tzinfo=UTC), "11月3日 16:20"),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), "1月1日 01:00"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), "2025年12月31日 23:00"),
    ],
)
def test_a_moment_is_named_by_the_shops_day(at: datetime, said: str) -> None:
    assert moment(at, NOW, SHANGHAI) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "刚刚"),
        (60, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时"),
        (3_900, "1 小时 5 分"),
        (11_100, "3 小时"),
        (36_100, "10 小时"),
        (172_800, "2 天"),
    ],
)
def test_a_length_is_said_no_finer_than_it_matters(seconds: int, said: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == said
