"""The editors' lists of words on every database."""

from kb.store import Store
from kb.store.lists import item_id
from kb.types import ListItem, ListName
from tests.records import NOW, later


def item(name: ListName, *words: str, minutes: float = 0, takes_away: bool = False) -> ListItem:
    return ListItem(item_id(name, words, takes_away=takes_away), name, words, takes_away, "小王", later(minutes))


TABOO = item(ListName.FORBIDDEN, "爱买不买")
OFF = item(ListName.FORBIDDEN, "/我没办法/", minutes=1, takes_away=True)
SAME = item(ListName.SYNONYMS, "奶瓶", "奶壶", minutes=2)


def test_lines_come_back_as_they_were_written_and_in_that_order(store: Store) -> None:
    store.lists.change(put=[SAME, TABOO, OFF], author="小王", now=NOW)
    assert store.lists.all() == [TABOO, OFF, SAME]
    assert store.lists.all(ListName.FORBIDDEN) == [TABOO, OFF]


def test_a_line_is_there_once_and_the_last_word_holds(store: Store) -> None:
    store.lists.change(put=[TABOO], author="小王", now=NOW)
    again = item(ListName.FORBIDDEN, "爱买不买", minutes=5)
    store.lists.change(put=[again], author="小王", now=NOW)
    assert store.lists.all() == [again]


def test_a_removed_line_is_gone_and_may_be_removed_again(store: Store) -> None:
    store.lists.change(put=[TABOO, OFF], author="小王", now=NOW)
    for _ in range(2):
        store.lists.change(remove=[TABOO], author="小王", now=NOW)
    assert store.lists.all() == [OFF]


def test_a_change_of_synonyms_is_a_revision_of_the_knowledge(store: Store) -> None:
    assert store.lists.change(put=[SAME], author="小王", now=NOW) == 1
    assert store.lists.change(remove=[SAME], author="小王", now=NOW) == 2
    assert store.entries.revision() == 2


def test_words_that_no_release_holds_are_no_revision(store: Store) -> None:
    assert store.lists.change(put=[TABOO], author="小王", now=NOW) is None
    assert store.entries.revision() == 0


def test_words_of_one_meaning_have_one_name_in_any_order() -> None:
    assert item_id(ListName.SYNONYMS, ["奶瓶", "奶壶"]) == item_id(ListName.SYNONYMS, ["奶壶", "奶瓶"])
    assert item_id(ListName.FORBIDDEN, ["好"]) != item_id(ListName.FORBIDDEN, ["好"], takes_away=True)
