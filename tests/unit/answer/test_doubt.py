"""What is weighed where nothing is certain."""

from dataclasses import fields, replace

import pytest

from kb.answer.doubt import Signs, doubt

#: A question in the words of the entry's phrasings, of which nothing differs.
SAME = Signs(
    alike=0.7,
    same=2.0,
    unturned=2.0,
    missing=0.0,
    novel=0.0,
    aspect_of_none=False,
    denied=False,
    turning=False,
    aspect=False,
    thing=False,
    length=2.3,
)


def test_what_is_worded_alike_is_not_doubted() -> None:
    assert doubt(SAME) < 0


@pytest.mark.parametrize(
    ("name", "more"),
    [(field.name, -5.0 if field.name in ("same", "unturned", "length") else 1.0) for field in fields(Signs)],
)
def test_every_sign_adds_to_the_doubt(name: str, more: float) -> None:
    assert doubt(replace(SAME, **{name: getattr(SAME, name) + more})) > doubt(SAME)


def test_several_signs_together_are_enough_where_one_is_not() -> None:
    another_aspect = replace(SAME, aspect_of_none=True, same=0.0, unturned=0.0)
    assert doubt(another_aspect) < 0
    assert doubt(replace(another_aspect, novel=0.4, missing=0.4, thing=True)) > 0
