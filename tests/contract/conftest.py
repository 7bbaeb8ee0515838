"""The databases that the store's contract is held against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.store import Store
from tests.stores import KINDS, database


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A fresh store, once on each database."""
    with Store.open(database(request.param, tmp_path)) as opened:
        yield opened
