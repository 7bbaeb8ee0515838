"""Settings come from KB_*, and a typo is an error."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.errors import SettingsError
from kb.settings import Settings


def test_defaults_serve_from_a_local_folder() -> None:
    settings = Settings.read({})
    assert settings.home == Path("var")
    assert settings.database == f"sqlite:///{Path('var').absolute() / 'kb.db'}"
    assert settings.answer_precision == 0.95
    assert settings.timezone == ZoneInfo("Asia/Shanghai")


def test_values_are_read_in_their_unit() -> None:
    settings = Settings.read(
        {"KB_HOME": "/srv/kb", "KB_DUE_URGENT": "5", "KB_DUE_ORDINARY": "8", "KB_KEEP_PERSONAL_DATA": "true"}
    )
    assert settings.releases == Path("/srv/kb/releases")
    assert settings.due_urgent == timedelta(minutes=5)
    assert settings.due_ordinary == timedelta(hours=8)
    assert settings.keep_personal_data is True


def test_an_empty_value_is_the_default() -> None:
    assert Settings.read({"KB_ANSWER_PRECISION": ""}).answer_precision == 0.95


def test_other_variables_are_none_of_our_business() -> None:
    assert Settings.read({"PATH": "/bin", "KBX": "1"}) == Settings.read({})


def test_a_typo_names_what_was_meant() -> None:
    with pytest.raises(SettingsError, match="KB_ANSWER_PRECISON is no setting; did you mean KB_ANSWER_PRECISION"):
        Settings.read({"KB_ANSWER_PRECISON": "0.9"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KB_ANSWER_PRECISION", "95"),
        ("KB_ANSWER_PRECISION", "high"),
        ("KB_INDEX", "milvus"),
        ("KB_TIMEZONE", "Mars/Olympus"),
        ("KB_DUE_URGENT", "0"),
        ("KB_KEEP_RELEASES", "1"),
        ("KB_KEEP_PERSONAL_DATA", "maybe"),
        ("KB_LOG_LEVEL", "loud"),
    ],
)
def test_an_impossible_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}='{value}' cannot be used"):
        Settings.read({name: value})
