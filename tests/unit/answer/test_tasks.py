from kb.answer.tasks import clusters, folds, split
from kb.types import Entry, EntryId

ENTRIES = [Entry(EntryId(f"e{at}"), f"问{at}", "", tuple(f"问{at}法{n}" for n in range(at % 4))) for at in range(40)]


def test_nothing_that_is_asked_is_indexed() -> None:
    for k in (0, 1, 5):
        task = split(ENTRIES, k, seed=3)
        indexed = {text for entry in task.entries for text in entry.phrasings}
        assert not indexed & {asked.text for asked in task.asked}


def test_a_fifth_of_the_entries_is_held_out_whole() -> None:
    task = split(ENTRIES, 2, seed=3)
    assert len(task.entries) == 32
    ids = {entry.id for entry in task.entries}
    for asked in task.asked:
        owner = asked.text.removeprefix("问").split("法")[0]
        assert asked.entry == (f"e{owner}" if f"e{owner}" in ids else None)


def test_one_variant_is_always_left_to_ask_with() -> None:
    task = split(ENTRIES, 5, seed=3, held_out=0)
    assert len(task.asked) == sum(1 for entry in ENTRIES if entry.variants)


def test_a_split_depends_on_its_seed_alone() -> None:
    assert split(ENTRIES, 1, seed=3) == split(list(reversed(ENTRIES)), 1, seed=3)
    assert split(ENTRIES, 1, seed=3) != split(ENTRIES, 1, seed=4)


def test_most_bounds_the_questions() -> None:
    assert len(split(ENTRIES, 0, seed=3, most=5).asked) == 5


def test_folds_ask_every_variant_once_and_never_what_they_index() -> None:
    tasks = folds(ENTRIES, 5, seed=1)
    asked = [one.text for task in tasks for one in task.asked]
    assert sorted(asked) == sorted(variant for entry in ENTRIES for variant in entry.variants)
    for task in tasks:
        indexed = {text for entry in task.entries for text in entry.phrasings}
        assert not indexed & {one.text for one in task.asked}
        assert len(task.entries) == 32


def test_clusters_follow_chains_of_pairs() -> None:
    assert [sorted(one) for one in clusters([("a", "b"), ("c", "d"), ("b", "e")])] == [["a", "b", "e"], ["c", "d"]]
