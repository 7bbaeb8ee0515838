"""Quick replies on every database."""

import pytest

from kb.errors import NotFound
from kb.store import Store
from kb.types import QuickReply
from tests.records import NOW, later

SHARED = QuickReply("q1", "", "问候", "您好，我是人工客服。", NOW)
OWN = QuickReply("q2", "ann", "稍等", "请稍等，我为您核对。", NOW)
OTHERS = QuickReply("q3", "bob", "再见", "感谢您的咨询，再见。", NOW)


def test_an_agent_has_everybodys_first_and_then_their_own(store: Store) -> None:
    for reply in (OTHERS, OWN, SHARED):
        store.quick_replies.put(reply)
    assert store.quick_replies.of("ann") == [SHARED, OWN]
    assert store.quick_replies.count("") == store.quick_replies.count("bob") == 1


def test_writing_one_again_replaces_it(store: Store) -> None:
    store.quick_replies.put(OWN)
    again = QuickReply("q2", "ann", "稍等片刻", "请稍等。", later(1))
    store.quick_replies.put(again)
    assert store.quick_replies.get("q2") == again
    assert store.quick_replies.of("ann") == [again]


def test_one_that_is_removed_is_gone(store: Store) -> None:
    store.quick_replies.put(OWN)
    store.quick_replies.remove("q2")
    for step in (lambda: store.quick_replies.get("q2"), lambda: store.quick_replies.remove("q2")):
        with pytest.raises(NotFound, match="'q2'"):
            step()
