"""The inside of an xlsx file, in one streaming pass for each part.

Done here and not by openpyxl or calamine because an entries table needs, all at once: which cells are formulas, which
are merged, and a bound on time and memory whatever the file claims about itself (calamine allocates up to the furthest
cell and hides formulas; openpyxl's streaming reader hides merged cells, and takes several times as long).
Format: ECMA-376 part 1, section 18.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from lzma import LZMAError
from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

from kb.ingest.problems import Code, Unusable

LARGEST_UNPACKED: Final = 128 << 20  # bytes, all parts together
LONGEST_SHEET: Final = 64 << 20  # characters; cells that share one long string make a small file into a large table
MOST_CELLS: Final = 1_500_000  # of a sheet, that hold something
LAST_ROW: Final = 1_048_576  # of a sheet, by the format
LAST_COLUMN: Final = 16_384
_CHUNK = 1 << 16
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Damaged(Exception):
    """The file is not what the format says it must be."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook, not read yet."""

    name: str
    visible: bool
    part: str  # its name in the archive


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something."""

    text: str
    formula: bool = False
    error: bool = False


@dataclass(slots=True)
class Cells:
    """What stands on a sheet."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)  # by row number from 1, by column from 0
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # column, first and last row number


class Workbook:
    """An open xlsx file. Every method raises Damaged when the file is not in order."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {name.lower(): name for name in archive.namelist()}
        self._dates_from_1904 = False
        self.sheets = tuple(self._find_sheets())
        self._strings: list[str] | None = None
        self._formats: list[str] | None = None  # by style number

    def cells(self, sheet: Sheet, *, columns: int, rows: int) -> Cells:
        """Read a sheet: the first `columns` columns. Raises Unusable when more than `rows` rows hold something."""
        reader = _SheetReader(self, columns, rows)
        self._parse(sheet.part, reader.start, reader.end, reader.characters)
        return reader.cells

    def string(self, at: int) -> str:
        """A shared string."""
        if self._strings is None:
            self._strings = self._read_strings()
        if not 0 <= at < len(self._strings):
            raise Damaged
        return self._strings[at]

    def number(self, text: str, style: int) -> str:
        """A number as its reader sees it: whole numbers without a point, days as 2026-12-01."""
        try:
            value = float(text)
        except ValueError as error:
            raise Damaged from error
        if self._formats is None:
            self._formats = self._read_formats()
        code = self._formats[style] if 0 <= style < len(self._formats) else "General"
        if code != "General":
            from openpyxl.styles.numbers import is_date_format, is_timedelta_format

            if is_date_format(code) and not is_timedelta_format(code):
                return self._moment(value) or text
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text

    def _moment(self, value: float) -> str | None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        try:
            moment = from_excel(value, CALENDAR_MAC_1904 if self._dates_from_1904 else CALENDAR_WINDOWS_1900)
        except (ValueError, OverflowError):
            return None
        if isinstance(moment, datetime):
            return (
                moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ", "seconds")
            )
        return str(moment)

    # --- parts

    def _find_sheets(self) -> Iterator[Sheet]:
        targets: dict[str, str] = {}
        for _, tag, attributes in self._elements("xl/_rels/workbook.xml.rels"):
            if tag == "Relationship":
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
                targets[attributes.get("Id", "")] = whole
        found = []
        for _, tag, attributes in self._elements("xl/workbook.xml"):
            if tag == "workbookPr":
                self._dates_from_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "sheet":
                part = targets.get(_local(attributes).get("id", ""), "")
                if "worksheets/" in part:  # charts and dialogs are sheets too
                    visible = attributes.get("state", "visible") == "visible"
                    found.append(Sheet(attributes.get("name", ""), visible, part))
        yield from found

    def _read_strings(self) -> list[str]:
        reader = _StringReader()
        if "xl/sharedstrings.xml" in self._parts:
            self._parse("xl/sharedStrings.xml", reader.start, reader.end, reader.characters)
        return reader.strings

    def _read_formats(self) -> list[str]:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        codes: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        styles: list[str] = []
        if "xl/styles.xml" in self._parts:
            for parent, tag, attributes in self._elements("xl/styles.xml"):
                if tag == "numFmt":
                    codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")
                elif tag == "xf" and parent == "cellXfs":
                    styles.append(attributes.get("numFmtId", "0"))
        return [codes.get(number, "General") for number in styles]

    def _elements(self, part: str) -> list[tuple[str, str, Mapping[str, str]]]:
        """Parent's tag, tag and attributes of every element of a small part."""
        found: list[tuple[str, str, Mapping[str, str]]] = []
        path: list[str] = [""]

        def start(tag: str, attributes: dict[str, str]) -> None:
            found.append((path[-1], tag, attributes))
            path.append(tag)

        def end(_: str) -> None:
            path.pop()

        self._parse(part, start, end, lambda _: None)
        return found

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        characters: Callable[[str], None],
    ) -> None:
        name = self._parts.get(part.lower())
        if name is None:
            raise Damaged
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def started(tag: str, attributes: dict[str, str]) -> None:
            start(tag.rpartition(":")[2], attributes)

        def ended(tag: str) -> None:
            end(tag.rpartition(":")[2])

        def refuse(*_: object) -> None:  # a workbook has no document type; entities only serve to blow it up
            raise Damaged

        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parser.CharacterDataHandler = characters
        parser.StartDoctypeDeclHandler = refuse
        try:
            with self._archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)  # noqa: FBT003 - takes it by position only
                parser.Parse(b"", True)  # noqa: FBT003 - likewise
        except (
            expat.ExpatError,
            zipfile.BadZipFile,
            zlib.error,
            LZMAError,
            EOFError,
            OSError,
            NotImplementedError,
        ) as error:
            raise Damaged from error


class _StringReader:
    """Collects shared strings; what only says how to pronounce them (rPh) is left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._in_text = False
        self._spoken = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        if tag == "t":
            self._in_text = not self._spoken
        elif tag == "rPh":
            self._spoken += 1

    def end(self, tag: str) -> None:
        if tag == "t":
            self._in_text = False
        elif tag == "rPh":
            self._spoken -= 1
        elif tag == "si":
            self.strings.append(_unescape("".join(self._parts)))
            self._parts.clear()

    def characters(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)


class _SheetReader:
    """Collects cells and merged ranges; cells that hold nothing leave no trace."""

    def __init__(self, book: Workbook, columns: int, rows: int) -> None:
        self.cells = Cells()
        self._book = book
        self._columns = columns
        self._rows = rows
        self._length = 0
        self._count = 0
        self._row = 0
        self._column = -1
        self._kind = ""
        self._style = ""
        self._formula = False
        self._spoken = 0
        self._in_text = False
        self._parts: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._column += 1
            if reference := attributes.get("r"):
                self._row, self._column = _position(reference)
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._formula = False
            self._parts.clear()
        elif tag in ("v", "t"):
            self._in_text = not self._spoken
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._row = _row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
        elif tag == "rPh":
            self._spoken += 1
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._in_text = False
        elif tag == "rPh":
            self._spoken -= 1
        elif tag == "c" and (self._parts or self._formula) and self._column < self._columns:
            self._keep()

    def characters(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)

    def _keep(self) -> None:
        text = self._value("".join(self._parts))
        if text or self._formula:
            row = self.cells.rows.setdefault(self._row, {})
            row[self._column] = Cell(text, formula=self._formula, error=self._kind == "e")
            self._length += len(text)
            if len(self.cells.rows) > self._rows:
                raise Unusable(Code.TOO_MANY_ROWS, limit=self._rows)
            self._count += 1
            if self._length > LONGEST_SHEET or self._count > MOST_CELLS:
                raise Unusable(Code.TOO_LARGE_UNPACKED, limit=LARGEST_UNPACKED >> 20)

    def _value(self, raw: str) -> str:
        if self._formula or self._kind == "e":
            return raw
        if self._kind == "s":
            return self._book.string(_whole(raw))
        if self._kind in ("inlineStr", "str"):
            return _unescape(raw)
        if self._kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        if self._kind == "d":
            return raw.removesuffix("Z").replace("T00:00:00", "")
        return self._book.number(raw.strip(), _whole(self._style))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if last:
            (top, column), (bottom, _) = _position(first), _position(last)
            if top < bottom and column < self._columns:
                self.cells.merged.append((column, top, bottom))


def _position(reference: str) -> tuple[int, int]:
    """Row number from 1 and column from 0 of a reference like C12."""
    found = _CELL.fullmatch(reference)
    if not found:
        raise Damaged
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    if column > LAST_COLUMN:
        raise Damaged
    return _row_number(found.group(2)), column - 1


def _row_number(text: str) -> int:
    number = _whole(text)
    if not 1 <= number <= LAST_ROW:
        raise Damaged
    return number


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Damaged
    return int(text)


def _unescape(text: str) -> str:
    """Characters that XML can't hold are written as _x000D_; halves of characters are left out."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "ignore").decode(), text)


def _local(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes with a prefix, without it."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items() if ":" in name}
