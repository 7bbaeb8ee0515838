"""What every test shares."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import kb  # noqa: F401 - before numpy, which reads from the environment how many threads kb wants

os.environ.setdefault("HF_HUB_OFFLINE", "1")

settings.register_profile(
    "kb",
    deadline=None,  # the first example of a run loads dictionaries
    derandomize=True,  # a red run must be red again
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kb")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what needs the training and measuring sets where they are missing."""
    if SHARED.is_dir():
        return
    reason = pytest.mark.skip(reason="the training and measuring sets (../shared/data) are not on this machine")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(reason)
