"""What agents read on a ticket, and the drafts that they may send to the customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

#: Why a question was handed over, by the value of the reason.
BECAUSE: Final[Mapping[str, str]] = {
    "nothing_close": "知识库未覆盖",
    "asked_for_person": "要求人工",
    "complaint": "投诉",
    "danger": "安全风险",
    "legal": "法律风险",
    "order_specific": "需要核对订单或账户",
}


def summary(because: str, question: str, earlier: str) -> str:
    """Say in one line what a ticket is about; `earlier` is what the customer had asked before, if anything."""
    line = f"{because}｜{question}"
    return f"{line}（此前咨询：{earlier}）" if earlier else line


def draft_answer(question: str, answer: str) -> str:
    """Put the standard answer into the house's polite frame."""
    return f"您好，关于您咨询的「{question}」，{answer}\n如果还有其他问题，欢迎随时告诉我们。"


def draft_order_answer(question: str, answer: str) -> str:
    """Give the general rule and offer to look into this customer's case."""
    return f"您好，关于您咨询的「{question}」，{answer}\n您的具体情况我正在为您核对，稍后把结果告诉您，请稍等。"


def draft_order(question: str) -> str:
    """Say that the case is looked into, where no general rule is known."""
    return f"您好，关于您咨询的「{question}」，我正在为您核对具体情况，稍后把结果告诉您，请稍等。"


def draft_check(question: str) -> str:
    """Say that an answer is being found, where nothing in the knowledge comes close."""
    return f"您好，关于您咨询的「{question}」，我正在为您核实，稍后给您准确的答复，请稍等。"


DRAFT_WELCOME: Final = "您好，我是人工客服，很高兴为您服务。请问有什么可以帮您？"


def draft_welcome(earlier: str) -> str:
    """Greet somebody who had asked the bot before asking for a person."""
    return f"您好，我是人工客服。您之前咨询的「{earlier}」我已经看到了，正在为您核实，请稍等。"


def draft_apology(question: str, by: str) -> str:
    """Apologise for what is complained about and say what happens next and by when."""
    return (
        f"您好，非常抱歉给您带来了不好的体验。您反映的「{question}」我们已经登记，由专人负责核实，"
        f"最晚会在{by}前把处理结果告诉您。如果方便，请把相关照片或说明一并发给我们，以便尽快为您处理。"
    )


def draft_danger(question: str, by: str) -> str:
    """Show concern for health, say what to do at once, who comes back and by when."""
    return (
        f"您好，得知您遇到的情况，我们非常重视，也深表歉意。请您先停止使用相关商品；如果有任何不适，请尽快就医，"
        f"并保留好商品、包装和就诊资料。您反映的「{question}」已由专人跟进，最晚会在{by}前与您联系，沟通后续处理。"
    )


def draft_legal(question: str, by: str) -> str:
    """Apologise in a legal matter, say who looks into it and by when."""
    return (
        f"您好，非常抱歉给您带来了困扰。您反映的「{question}」我们高度重视，已由专人核实，"
        f"最晚会在{by}前与您联系，沟通处理方案。请您保留好订单和相关凭证。"
    )


def point_in_time(at: datetime) -> str:
    """Name a local time without today or tomorrow: a draft may be read later than it was written."""
    return f"{at.month}月{at.day}日{at.hour:02d}:{at.minute:02d}"
