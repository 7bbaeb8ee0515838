"""Bytes become text: UTF-8, UTF-16 or UTF-32, else GB18030 or Big5, whichever reads like Chinese."""

import codecs
import re

from kb.ingest.problems import Code, Unusable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 20  # bytes looked at to tell GB18030 from Big5
_PLAUSIBLE = 0.6  # share of double bytes that must be everyday characters; real text has over 0.9, noise under 0.5
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_GB_EVERYDAY = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")  # level 1 of GB 2312, punctuation, full width
_BIG5_EVERYDAY = re.compile(rb"[\xa4-\xc6\xa1-\xa3][\x40-\x7e\xa1-\xfe]")  # level 1 of Big5, punctuation
_PAIR = re.compile(rb"[\x81-\xfe][\x30-\x7e\x80-\xfe]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raises Unusable with the first row that can't be read."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding), encoding
    if b"\0" in data:
        return _sixteen_bits_without_mark(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data):
            raise Unusable(Code.UNDECODABLE, row=_row(data, error.start)) from None
        return _double_bytes(data, error)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, errors="ignore")
        raise Unusable(Code.UNDECODABLE, row=before.count("\n") + 1) from None
    if "\0" in text:
        raise Unusable(Code.NUL_BYTES, row=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _sixteen_bits_without_mark(data: bytes) -> tuple[str, str]:
    # UTF-16 has its line feeds and commas as one byte and a NUL, always on the same side
    for encoding, line_feed in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        if len(data) % 2 == 0 and line_feed in data:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text and "\n" in text:
                return text, encoding
    raise Unusable(Code.NUL_BYTES, row=_row(data, data.index(b"\0")))


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether nearly all that is not ASCII is well-formed UTF-8; other encodings hardly ever look so."""
    high = len(_HIGH.findall(data))
    well_formed = sum(len(found) for found in _MULTIBYTE.findall(data))
    return well_formed > 0.9 * high


def _double_bytes(data: bytes, utf8_error: UnicodeDecodeError) -> tuple[str, str]:
    furthest = utf8_error.start
    best: tuple[float, str, str] | None = None
    for encoding, everyday in (("gb18030", _GB_EVERYDAY), ("big5hkscs", _BIG5_EVERYDAY)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
            continue
        share = _share(data[:_SAMPLE], everyday)
        if share >= _PLAUSIBLE and (best is None or share > best[0]):
            best = (share, text, encoding)
    if best is None:
        raise Unusable(Code.UNDECODABLE, row=_row(data, furthest))
    return best[1], best[2]


def _share(data: bytes, everyday: re.Pattern[bytes]) -> float:
    pairs = _PAIR.findall(data)
    return sum(1 for pair in pairs if everyday.fullmatch(pair)) / len(pairs) if pairs else 0.0


def _row(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
