"""What customers read in the chat."""

from collections.abc import Mapping, Sequence
from typing import Final

GREETING: Final = "您好，很高兴为您服务！请问您想咨询什么问题呢？"
PARTING: Final = "不客气，很高兴为您服务。如果还有其他问题，随时可以在这里问我。"
EMPTY: Final = "抱歉，没有看明白您的问题。请用一句话描述一下您想咨询的内容，好吗？"

WHICH: Final = "您是想问下面哪个问题？"
WHICH_ONE: Final = "您是想问下面这个问题吗？"
WHICH_DETAIL: Final = "为了给您准确的答复，想先和您确认一下细节，您是想问下面的问题吗？"
AFTER_OPTIONS: Final = "直接发送上面的问题就能看到答案；如果都不是，请换个说法再问一次，或者回复“转人工”。"
REPHRASE: Final = "抱歉，没有完全理解您的问题。请换个说法再问一次，或者回复“转人工”，由同事为您解答。"

#: Beneath an answer, when the message asks something else as well.
ASKED_ONE_MORE: Final = "您还问到另一件事，是想了解这个吗？"
ASKED_MORE: Final = "您还问到别的事，想了解下面哪一个呢？"

#: What the customer reads while a person takes over, by the value of the reason.
HANDED_OVER: Final[Mapping[str, str]] = {
    "asked_for_person": "好的，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。",
    "nothing_close": "抱歉，这个问题我暂时没有准确的答案，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。",
    "order_specific": (
        "这个问题需要核对您的具体情况，已经为您转接人工客服，同事会尽快在这里回复您，请稍等。"
        "为了保护您的账户安全，请不要在这里发送密码或验证码。"
    ),
    "complaint": (
        "非常抱歉给您带来了不好的体验。您反映的情况我们已经记录下来，并转给专人优先处理，同事会尽快在这里联系您，请稍等。"
    ),
    "danger": (
        "非常抱歉让您遇到这样的情况。请先停止使用相关商品；如果有任何不适，请尽快就医，并保留好商品、包装和就诊资料。"
        "我们已经通知专人，会马上在这里与您联系。"
    ),
    "legal": (
        "非常抱歉给您带来了困扰。您反映的情况我们高度重视，已经通知专人，会马上在这里与您联系。请您保留好订单和相关凭证。"
    ),
    "with_agent": "您的消息已经转给正在为您处理的同事，会尽快在这里回复您，请稍等。",
}

SERVICE_ENDED: Final = "本次人工服务已经结束。如果还有其他问题，可以继续在这里提问。"


def listed(opening: str, options: Sequence[str]) -> str:
    """Name questions to choose from, one a line."""
    return "\n".join([opening, *(f"· {option}" for option in options)])


def which_of(opening: str, options: Sequence[str]) -> str:
    """Ask back with the questions to choose from."""
    return f"{listed(opening, options)}\n{AFTER_OPTIONS}"
