"""The one door for Chinese text: everything that is matched, indexed or compared goes through here first."""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from math import log
from operator import add
from typing import TYPE_CHECKING

from kb import _text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opencc import OpenCC

#: Version of everything below. It is written into every release, and a release made by another version is refused.
NORMALISER = "1"

_INNER = r".\-+/%_"  # kept between letters and digits only: 7.5, wn-200, c++, 1/2, 50%
_STRAY = re.compile(rf"(?<![a-z0-9])[{_INNER}]+|[{_INNER}]+(?![a-z0-9])")
_PERCENT = re.compile(r"(?<=[0-9])%")
_KEPT_PERCENT = "\ue000"  # a private-use character, so it cannot come from the text: translate drops those
_GAP = re.compile(r"(?<![a-z0-9%]) | (?![a-z0-9])")
_CODE = re.compile(r"[a-z0-9][a-z0-9.\-+/%_]*")

#: The 3,755 most frequent simplified characters (GB 2312, first level) but those that OpenCC changes, alone or in a
#: phrase: 乾, and 沈船, 土坏, 藉口, 答覆, 英哩.
SIMPLIFIED = "".join(
    char
    for char in bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low)).decode(
        "gb2312", "ignore"
    )
    if char not in "乾沈坏藉覆哩"
)
#: Text that is in its final form already, as most is: nothing below would change it.
_SETTLED = re.compile(f"[{SIMPLIFIED}a-z0-9]*")
_LAST = "？！。?!"  # what most questions end with, and nothing else of them changes


class _Table(dict[int, str | None]):
    """Maps a code point by its Unicode category, worked out once each."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kind = unicodedata.category(char)
        new: str | None
        if kind[0] in "LN" or char in ".-+/%_":
            new = char
        elif kind[0] == "M" or kind in {"Cf", "Cs", "Co", "Cn"}:
            new = None  # combining marks, zero-width and undefined characters carry no meaning here
        else:
            new = " "  # punctuation, symbols, emoji, control characters, white space
        self[code] = new
        return new


_TABLE = _Table()


@cache
def _simplifier() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


def normalise(text: str) -> str:
    """Bring `text` to the form in which it is matched; idempotent, and "" when nothing that could be matched is left.

    NFKC, lower case, Traditional to Simplified, punctuation and emoji dropped (kept inside numbers and model codes
    such as 7.5 and wn-200), white space only between two words in Latin letters or digits.
    """
    if _SETTLED.fullmatch(text):
        return text
    if _SETTLED.fullmatch(said := text.rstrip(_LAST)):
        return said
    text = unicodedata.normalize("NFKC", text).translate(_TABLE).lower()
    if _SETTLED.fullmatch(text.replace(" ", "")):
        return _GAP.sub("", " ".join(text.split()))
    text = _simplifier().convert(text)
    text = unicodedata.normalize("NFKC", text).translate(_TABLE)  # lower() and conversion may bring marks back
    text = _PERCENT.sub(_KEPT_PERCENT, text)
    text = _STRAY.sub(" ", text).replace(_KEPT_PERCENT, "%")
    return _GAP.sub("", " ".join(text.split()))


def fingerprint(text: str) -> str:
    """32 hexadecimal digits that name a normalised text under this normaliser's version."""
    return hashlib.blake2b(f"{NORMALISER}\0{text}".encode(), digest_size=16).hexdigest()


def characters(text: str) -> list[str]:
    """The units of a normalised text: each Chinese character, and each run of Latin letters and digits whole."""
    out: list[str] = []
    at = 0
    for match in _CODE.finditer(text):
        out.extend(text[at : match.start()].replace(" ", ""))
        out.append(match.group())
        at = match.end()
    out.extend(text[at:].replace(" ", ""))
    return out


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of `characters`, with an edge mark at both ends so that one character still makes two."""
    return pairs(characters(text))


def pairs(units: "Sequence[str]") -> list[str]:
    """The `bigrams` of a text of which `units` are the `characters`."""
    marked = ["^", *units, "$"]
    return list(map(add, marked, marked[1:]))


_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+")
_FIGURES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def plain_numbers(text: str) -> str:
    """A normalised text with its Chinese numerals below 1,000 as digits: 十五天 is 15天, 两件 is 2件."""
    return _NUMERAL.sub(lambda match: _figures(match.group()), text)


def number_of(numeral: str) -> float:
    """What a written number comes to: 7, 七, 十五, 一百零五, 二零二六 (figure by figure), 1.5万, 半."""
    if numeral == "半":
        return 0.5
    if numeral[0] in "0123456789":
        return float(numeral.rstrip("万千百")) * _SCALES.get(numeral[-1], 1)
    if _SCALES.keys().isdisjoint(numeral):
        return float(_figures(numeral))
    total = section = figure = 0
    for char in numeral:
        if char in _FIGURES:
            figure = _FIGURES[char]
        elif (scale := _SCALES[char]) >= 10_000:
            total += (section + figure or 1) * scale
            section = figure = 0
        else:
            section += (figure or 1) * scale
            figure = 0
    return float(total + section + figure)


def _figures(numeral: str) -> str:
    """A Chinese numeral in digits; figure by figure, zeros before it are kept."""
    if _SCALES.keys().isdisjoint(numeral):
        return "".join(str(_FIGURES[char]) for char in numeral)
    return str(int(number_of(numeral)))


#: Words that jieba's dictionary counts less often, or that are longer, are left out: three fifths of it, words that
#: customers hardly ever write.
_RAREST, _LONGEST = 5, 6


@cache
def _common_words() -> dict[str, int]:
    """The words that jieba knows, with how often they occur, and their beginnings with 0, as jieba wants them."""
    from jieba import Tokenizer

    table: dict[str, int] = {}
    with Tokenizer().get_dict_file() as lines:
        for line in lines:
            word, count, _ = line.decode("utf-8").split(" ", 2)
            if int(count) >= _RAREST and len(word) <= _LONGEST:
                table[word] = int(count)
    for word in list(table):
        for end in range(1, len(word)):
            table.setdefault(word[:end], 0)
    return table


#: What jieba takes for text, as against what stands between.
_WORDY = re.compile(r"([\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]+)")


@lru_cache(maxsize=4096)
def _recognised(single: str) -> tuple[str, ...]:
    """The words that jieba's hidden Markov model sees in a few characters; customers use the same ones all the time."""
    from jieba import finalseg

    return tuple(finalseg.cut(single))


class Words:
    """Cuts normalised text into words with jieba, knowing also the house's own words (products, categories, codes)."""

    def __init__(self, own: "Iterable[str]" = (), table: dict[str, int] | None = None) -> None:
        """Take the house's own words; they are normalised here, and single characters are passed over.

        With the `table` of other words these are taken as they are, and jieba's dictionary need not be read.
        """
        import jieba

        jieba.setLogLevel("ERROR")
        self.own = self.normalised(own)
        self._cutter = jieba.Tokenizer()
        common = _common_words() if table is None else table
        self._cutter.FREQ = common.copy() if table is None and self.own else common
        self._cutter.total = sum(common.values())
        self._cutter.initialized = True
        self._log_total = log(self._cutter.total)
        if table is None:
            for word in self.own:
                self._cutter.add_word(word)
            self._cutter.total = sum(self.table.values())  # jieba counts a word that it knew twice
            self._log_total = log(self._cutter.total)

    @staticmethod
    def normalised(own: "Iterable[str]") -> tuple[str, ...]:
        """The house's own words as they are known: each once, in order, single characters passed over."""
        return tuple(sorted({word for text in own if len(word := normalise(text)) > 1}))

    @property
    def table(self) -> dict[str, int]:
        """Every known word and how often it occurs: with it the same words can be made again."""
        known: dict[str, int] = self._cutter.FREQ
        return known

    def __call__(self, text: str) -> list[str]:
        """Return the words of a normalised text in order; joined they give the text without its spaces."""
        words: list[str] = []
        for block in _WORDY.split(text):
            if _WORDY.match(block):
                self._cut(block, words)
            else:
                words += block.replace(" ", "")
        return words

    def _cut(self, block: str, words: list[str]) -> None:
        """Append what jieba's `cut` gives for a block without spaces: the likeliest path, found in compiled code."""
        begin = alone = 0  # single characters between `alone` and `begin` have not been given out yet
        for end in _text.likeliest(block, self._cutter.FREQ, self._log_total):
            if end - begin > 1:
                self._give_out(block[alone:begin], words)
                words.append(block[begin:end])
                alone = end
            begin = end
        self._give_out(block[alone:], words)

    def _give_out(self, single: str, words: list[str]) -> None:
        """Append characters that are no words of the dictionary: together they may be one all the same."""
        if len(single) < 2 or self._cutter.FREQ.get(single):
            words += single
        else:
            words += _recognised(single)
