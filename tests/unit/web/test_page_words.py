"""The page to try the service has a word for everything that it may have to show."""

import re

import pytest

from kb import errors, messages
from kb.answer.confidence import FROM_ORDER
from kb.answer.features import FEATURES
from kb.index.details import Detail
from kb.types import DecisionKind, Priority, Reason
from kb.web.routes.pages import words


@pytest.mark.parametrize(
    ("said", "needed"),
    [
        pytest.param(messages.cli.DECISIONS, set(DecisionKind), id="decisions"),
        pytest.param(messages.try_it.REASONS, set(Reason), id="reasons"),
        pytest.param(messages.try_it.CONFLICTS, set(Detail), id="details that differ"),
        pytest.param(messages.try_it.FEATURES, {*FEATURES, *FROM_ORDER, "intercept"}, id="features"),
        pytest.param(messages.try_it.PRIORITIES, set(Priority), id="priorities"),
    ],
)
def test_everything_has_its_word(said: dict[str, str], needed: set[str]) -> None:
    assert {str(one) for one in needed} <= set(said)
    assert len(set(said.values())) == len(said)


def test_every_error_of_the_service_is_said_in_chinese() -> None:
    served = {
        errors.InputError,
        errors.QuestionTooLong,
        errors.NothingToMatch,
        errors.NotFound,
        errors.Conflict,
        errors.NotReady,
        errors.ReleaseError,
        errors.ReleaseMismatch,
        errors.AccessDenied,
        errors.RoleTooLow,
        errors.StoreError,
    }
    assert {error.code for error in served} | {"internal_error"} == set(messages.try_it.PROBLEMS)
    assert all(re.search("[一-鿿]", text) for text in messages.try_it.PROBLEMS.values())


def test_the_page_gets_its_words_and_the_shops_time_zone() -> None:
    given = words("Asia/Shanghai")
    assert given["timezone"] == "Asia/Shanghai"
    assert given["reasons"] is messages.try_it.REASONS
