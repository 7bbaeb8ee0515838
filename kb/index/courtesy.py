"""The politeness around a question: 您好请问…, …谢谢. It says nothing about what is asked, so it is not matched."""

import re

# Punctuation is gone when this is read, so nothing may stand here that also begins or ends an ordinary question:
# 亲 (亲子装), 额 (额度), 客服 (怎么联系客服), 在不在 (在不在保修期).
_BEFORE = (
    r"您好|你好|您们好|你们好|亲亲|亲爱的|亲(?=请问|您好|你好|我|想|这|怎|什|麻烦|有|能|可以)|哈喽|哈啰|嗨|hello(?![a-z])|hi(?![a-z])|"
    r"在吗|在么|有人吗|有人在吗|客服(?=请问|您好|你好|在吗)|小二|掌柜(?:的)?|"
    r"请问|请教|打听|问|我?想?问(?:问)?|我?想请问|我?想?要?咨询|麻烦(?:问|请问|帮忙看|您|你)?|打扰|打扰了|"
    r"不好意思|劳驾|早上好|上午好|中午好|下午好|晚上好|嗯+|呃+"
)
_WHILE = r"(?:一下|下(?![单架载个次线一面周月级午班款雨水手方场来]))?[啊呀哈]?"
_AFTER = (
    r"谢谢(?:您|你|了|啦|亲)?|谢啦|谢了|多谢(?:了)?|(?:非常)?感谢|(?<!太)麻烦(?:您|你)了|(?<!太)麻烦啦|请问一下|请问|急急+|在线等|"
    r"求解答|求解|求教|望告知|望回复|请回复|请解答|您好|你好|亲亲|(?<![母父双相探至宗])亲|在吗"
)
_LEAD = re.compile(rf"^(?:(?:{_BEFORE}){_WHILE})+")
_TAIL = re.compile(rf"(?:(?:{_AFTER})[啊呀哈哦呢了]?)+$")

#: So many characters must be left, or the politeness is the question (怎么问, 在吗).
_LEFT = 2


def without_courtesy(text: str) -> str:
    """A normalised text without greetings and thanks around it; unchanged if hardly anything else is in it."""
    bare = _TAIL.sub("", _LEAD.sub("", text)).strip()
    return bare if len(bare) >= _LEFT else text
