"""Characters in a form of their own become the ordinary ones. Chinese punctuation stays full width."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from kb.ingest import clean
from kb.ingest.blocks import Block, rewrite, texts

# parts of characters that PDF writers put in the place of characters; NFKC knows those of U+2F00, not these
_RADICALS = str.maketrans(
    "⺁⺋⺐⺑⺒⺓⺘⺙⺝⺟⺠⺡⺢⺣⺤⺥⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺶⺷⺸⺻⺼⺾⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂㔾尣尢巳幺扌攵月母民氵水灬爪爫犭王疋罒示礻竹糹纟网罒羊羊羋聿月艹虎衤覀西见角角讠贝足车辶阝钅長镸长门阝雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
_BULLETS = re.compile("[\uf06c\uf06e\uf075\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0fc\uf0fe\uf06f\uf071\uf077\uf0b2]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ue000-\uf8ff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_ELIGIBLE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\uff0b\uff0d\uff0f\uff1d\uff20"  # ０-９Ａ-Ｚａ-ｚ％＋－／＝＠
    "\u2f00-\u2fd5\uf900-\ufad9\ufb00-\ufb06\ufe30-\ufe4f\ufe50-\ufe6b]"
)
_FULL_STOP_IN_NUMBER = re.compile(r"(?<=\d)．(?=\d)")


def ordinary(text: str) -> str:
    """The text in ordinary characters. ①, ㎡, ™ and the like stay, and so do ，：（）."""
    if text.isascii():
        return clean.unify(text)
    text = clean.unify(text)
    text = _BULLETS.sub("•", text)
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text)).translate(_RADICALS)
    text = _ELIGIBLE.sub(lambda found: _form(found.group()), text)
    return _FULL_STOP_IN_NUMBER.sub(".", text)


@cache
def _form(char: str) -> str:
    return unicodedata.normalize("NFKC", char)


def forms(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Change every text; what is listed are the changed texts as they were, but for spaces."""
    changed: list[str] = []
    out = []
    for block in blocks:
        new = rewrite(block, ordinary)
        changed += [old for old, now in zip(texts(block), texts(new), strict=True) if _SPACES.sub(" ", old) != now]
        out.append(new)
    return out, changed
