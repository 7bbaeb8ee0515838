"""Find and mask personal data in Chinese customer texts."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What kind of personal data was found; the value names it where it was masked."""

    MOBILE = "手机号"
    LANDLINE = "电话"
    IDENTITY_CARD = "身份证号"
    BANK_CARD = "银行卡号"
    EMAIL = "邮箱"
    ADDRESS = "地址"
    ORDER = "单号"


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of personal data at text[start:end]."""

    kind: PersonalKind
    start: int
    end: int


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GAP = r"[ \-]?"  # people group the digits of a number


def _digits(text: str) -> str:
    return re.sub(r"[ \-]", "", text)


def _is_identity_card(text: str) -> bool:
    """Whether the 18 characters carry a right check digit (GB 11643, ISO 7064 MOD 11-2)."""
    digits = _digits(text).upper()
    total = sum(int(d) * w for d, w in zip(digits[:17], _ID_WEIGHTS, strict=True))
    return digits[17] == "10X98765432"[total % 11]


def _is_bank_card(text: str) -> bool:
    """Whether the digits pass the check of Luhn (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(_digits(text))):
        digit = int(char) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _always(_: str) -> bool:
    return True


_BEFORE = r"(?<![0-9A-Za-z])"
_AFTER = r"(?![0-9A-Za-z])"
_PLACE = r"(?![我你您他她在到寄住送是址的了吗])[\u4e00-\u9fff]"  # 我住…, 寄到… are not part of an address
#: Most specific first: what one rule has taken, a later one cannot take again.
_RULES: tuple[tuple[PersonalKind, re.Pattern[str], Callable[[str], bool], int], ...] = (
    (
        PersonalKind.EMAIL,
        re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"),
        _always,
        0,
    ),
    (
        PersonalKind.IDENTITY_CARD,
        re.compile(rf"{_BEFORE}[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]{_AFTER}"),
        _is_identity_card,
        0,
    ),
    (
        PersonalKind.MOBILE,
        re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?1[3-9][0-9](?:{_GAP}[0-9]){{8}}(?![0-9])"),
        _always,
        0,
    ),
    (PersonalKind.BANK_CARD, re.compile(rf"{_BEFORE}[3-6](?:{_GAP}[0-9]){{14,18}}{_AFTER}"), _is_bank_card, 0),
    (
        PersonalKind.LANDLINE,
        re.compile(
            r"(?<![0-9])(?:\(0[0-9]{2,3}\)|（0[0-9]{2,3}）|0[0-9]{2,3}[ \-]?)[2-9][0-9]{6,7}(?:[\-转][0-9]{1,5})?(?![0-9])"
            r"|(?<![0-9])[48]00[ \-][0-9]{3,4}[ \-][0-9]{3,4}(?![0-9])"
        ),
        _always,
        0,
    ),
    (  # a number that follows a word for order, parcel or refund, or a long bare code as couriers and shops use
        PersonalKind.ORDER,
        re.compile(
            r"(?:订单号?|单号|运单号?|快递号?|物流号|退款号|流水号|尾号|order(?:\s*(?:no|id))?)"
            r"(?:是|为|[:：#\s.]|编号){0,3}\s*(?=[A-Za-z0-9\-]*[0-9])([A-Za-z0-9][A-Za-z0-9\-]{2,31})(?![0-9年月日元天])",
            re.IGNORECASE,
        ),
        _always,
        1,
    ),
    (PersonalKind.ORDER, re.compile(rf"{_BEFORE}(?:[A-Za-z]{{1,4}}[0-9]{{9,20}}|[0-9]{{12,24}}){_AFTER}"), _always, 0),
    (
        PersonalKind.ADDRESS,
        re.compile(
            rf"(?:{_PLACE}{{2,8}}?(?:省|自治区))?(?:{_PLACE}{{2,8}}?(?:市|自治州|地区))?(?:{_PLACE}{{1,8}}?(?:区|县|旗|市))?"
            rf"(?:{_PLACE}{{1,10}}?(?:街道|镇|乡))?{_PLACE}{{1,10}}?(?:路|街|大道|巷|弄|胡同|村|小区|花园|苑|公寓)"
            rf"(?:[0-9一二三四五六七八九十百]{{1,5}}[号弄])?{_PLACE}{{0,10}}?"
            rf"(?:[0-9A-Za-z一二三四五六七八九十\-]{{1,5}}(?:号楼|栋|幢|座|单元|层|楼|室|号)){{1,5}}(?:[0-9]{{2,5}}(?:室|房)?)?"
        ),
        _always,
        0,
    ),
)


#: Every rule needs a digit, an @, or a Chinese numeral before a word of an address; \d knows full-width digits too.
_HINT = re.compile(r"[\d@＠]|[一二三四五六七八九十百][号弄]|[一二三四五六七八九十](?:栋|幢|座|单元|层|楼|室)")


def find(text: str) -> list[Finding]:
    """Personal data in `text`, in order, never overlapping. Full-width digits and letters are seen as well."""
    if not _HINT.search(text):
        return []
    plain = text if text.isascii() else "".join(map(_narrow, text))
    taken: list[Finding] = []
    for kind, pattern, really, group in _RULES:
        for match in pattern.finditer(plain):
            start, end = match.span(group)
            if really(match.group(group)) and not any(start < f.end and f.start < end for f in taken):
                taken.append(Finding(kind, start, end))
    return sorted(taken, key=lambda finding: finding.start)


def mask(text: str) -> str:
    """Replace every piece of personal data by its kind: 我的电话是[手机号]."""
    findings = find(text)
    return "".join(_parts(text, findings)) if findings else text


def _narrow(char: str) -> str:
    """The ordinary form of a full-width character, so that positions stay the same."""
    if char < "\u3000":
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def _parts(text: str, findings: list[Finding]) -> Iterator[str]:
    at = 0
    for finding in findings:
        yield text[at : finding.start]
        yield f"[{finding.kind.value}]"
        at = finding.end
    yield text[at:]
