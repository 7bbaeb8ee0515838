import pytest

from kb import messages
from kb.answer import quick
from kb.errors import InputError, NotFound, RoleTooLow
from kb.types import QuickReply, Role
from kb.wiring import Kb
from tests.fakes.shop import shop


@pytest.fixture
def kb() -> Kb:
    return shop()


def own(kb: Kb, agent: str = "小王", title: str = "稍等") -> QuickReply:
    return kb.quick.add(title, "请稍等，我为您核对。", agent=agent, role=Role.AGENT)


def test_agents_see_everybodys_and_their_own(kb: Kb) -> None:
    shared = kb.quick.add(" 问  候 ", "您好！", agent="主管", role=Role.EDITOR, shared=True)
    mine = own(kb)
    own(kb, "小李")
    assert shared.title == "问 候"
    assert kb.quick.of("小王") == [shared, mine]


def test_an_agent_may_not_write_for_everybody(kb: Kb) -> None:
    with pytest.raises(RoleTooLow):
        kb.quick.add("问候", "您好！", agent="小王", role=Role.AGENT, shared=True)
    shared = kb.quick.add("问候", "您好！", agent="主管", role=Role.ADMIN, shared=True)
    with pytest.raises(RoleTooLow):
        kb.quick.remove(shared.id, agent="小王", role=Role.AGENT)
    with pytest.raises(RoleTooLow):
        kb.quick.change(shared.id, "问候", "喂", agent="小王", role=Role.AGENT)


def test_one_changes_and_removes_ones_own(kb: Kb) -> None:
    mine = own(kb)
    changed = kb.quick.change(mine.id, "稍等", "马上就好。", agent="小王", role=Role.AGENT)
    assert kb.quick.of("小王") == [changed]
    kb.quick.remove(mine.id, agent="小王", role=Role.AGENT)
    assert kb.quick.of("小王") == []


def test_another_agents_own_is_not_there(kb: Kb) -> None:
    theirs = own(kb, "小李")
    with pytest.raises(NotFound):
        kb.quick.remove(theirs.id, agent="小王", role=Role.ADMIN)


@pytest.mark.parametrize(
    ("title", "text"), [(" ", "您好"), ("问候", " \n"), ("长" * 41, "您好"), ("问候", "长" * 4001)]
)
def test_what_cannot_be_kept_is_refused_in_chinese(kb: Kb, title: str, text: str) -> None:
    with pytest.raises(InputError, match="名称"):
        kb.quick.add(title, text, agent="小王", role=Role.AGENT)


def test_nobody_keeps_more_than_can_be_looked_through(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "MOST", 2)
    own(kb)
    own(kb)
    with pytest.raises(InputError, match=messages.desk.QUICK_FULL.format(most=2)):
        own(kb)
    own(kb, "小李")
