"""Files that are not what they say, damaged, hostile or too large: a clear problem, and nothing else."""

import json
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pptx
import pypdf
import pytest

from kb.ingest import Code, Reading, office, read
from kb.ingest.readers import pdf as pdf_reader
from tests.fakes.paper import Put, lines, pdf

TODAY = date(2026, 11, 21)
TEXT = "保修从签收之日起算，请妥善保管订单。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def reading(path: Path) -> Reading:
    return read([path], today=TODAY)


def blocking(found: Reading) -> list[Code]:
    return [problem.code for problem in found.problems if problem.blocks]


def good(suffix: str) -> bytes:
    out = BytesIO()
    if suffix == ".docx":
        word: Any = docx.Document()
        word.add_paragraph(TEXT)
        word.save(out)
        return out.getvalue()
    if suffix == ".pptx":
        slides: Any = pptx.Presentation()
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = "保修"
        slide.placeholders[1].text = TEXT
        slides.save(out)
        return out.getvalue()
    if suffix == ".pdf":
        return pdf([lines(TEXT, 60, 120, wide=40)])
    return (Path(__file__).parent / "documents" / "旧表.xls").read_bytes()


def encrypted_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(good(".pdf")))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def parts(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The archive with each part changed, or left out, and more parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def claiming_everything() -> bytes:
    """The old workbook, whose first sheet says that it has four thousand million rows of 65,535 columns."""
    data = bytearray((Path(__file__).parent / "documents" / "旧表.xls").read_bytes())
    dimensions = data.index(b"\x00\x02\x0e\x00") + 4  # after the record's number and length ([MS-XLS] 2.4.90)
    struct.pack_into("<IIHH", data, dimensions, 0, 0xFFFFFFFF, 0, 0xFFFF)
    return bytes(data)


def bomb(main: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        entities = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
        declared = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]>'.encode()
        end = content.find(b"?>") + 2
        return content[:end] + declared + content[end:] if name == main else content

    return change


def without(gone: str) -> Callable[[str, bytes], bytes | None]:
    return lambda name, content: None if name == gone else content


def same(_: str, content: bytes) -> bytes:
    return content


def flags_set(data: bytes) -> bytes:
    """Every part of the archive marked as encrypted."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


DOCX, PPTX, PDF = good(".docx"), good(".pptx"), good(".pdf")
ENCRYPTED_OFFICE = OLE + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        *(
            pytest.param(f"a.{end}", b"", Code.EMPTY_FILE, id=f"0 bytes of {end}")
            for end in ("docx", "pdf", "html", "xls")
        ),
        pytest.param("a.docx", PDF, Code.WRONG_FORMAT, id="a pdf as docx"),
        pytest.param("a.pdf", DOCX, Code.WRONG_FORMAT, id="a docx as pdf"),
        pytest.param("a.pptx", DOCX, Code.WRONG_FORMAT, id="a docx as pptx"),
        pytest.param("a.xlsx", DOCX, Code.WRONG_FORMAT, id="a docx as xlsx"),
        pytest.param("a.txt", DOCX, Code.WRONG_FORMAT, id="a docx as txt"),
        pytest.param("a.html", PDF, Code.WRONG_FORMAT, id="a pdf as html"),
        pytest.param("a.txt", b"<!DOCTYPE html><html></html>", Code.WRONG_FORMAT, id="html as txt"),
        pytest.param("a.xls", DOCX, Code.WRONG_FORMAT, id="a docx as xls"),
        pytest.param("a.docx", OLE, Code.WRONG_FORMAT, id="an old doc as docx"),
        pytest.param("a.docx", ENCRYPTED_OFFICE, Code.ENCRYPTED, id="an encrypted docx"),
        pytest.param("a.pptx", ENCRYPTED_OFFICE, Code.ENCRYPTED, id="an encrypted pptx"),
        pytest.param("a.xlsx", ENCRYPTED_OFFICE, Code.ENCRYPTED, id="an encrypted xlsx"),
        pytest.param("a.xls", ENCRYPTED_OFFICE, Code.ENCRYPTED, id="an encrypted xls"),
        pytest.param("a.docx", flags_set(DOCX), Code.ENCRYPTED, id="a docx in an archive with a password"),
        pytest.param("a.pdf", encrypted_pdf(), Code.ENCRYPTED, id="an encrypted pdf"),
        pytest.param("a.docx", DOCX[: len(DOCX) // 2], Code.DAMAGED, id="half a docx"),
        pytest.param("a.pptx", PPTX[:-40], Code.DAMAGED, id="a pptx cut at its end"),
        pytest.param("a.xls", OLE, Code.DAMAGED, id="an empty container as xls"),
        pytest.param("a.xls", good(".xls")[:2000], Code.DAMAGED, id="a piece of an xls"),
        pytest.param("a.xls", claiming_everything(), Code.DAMAGED, id="an xls that claims to hold the world"),
        pytest.param("a.docx", b"PK\x03\x04", Code.DAMAGED, id="only the mark of an archive"),
        pytest.param("a.pdf", b"%PDF-1.7\n", Code.DAMAGED, id="only the mark of a pdf"),
        pytest.param("a.pdf", PDF[: len(PDF) // 3], Code.DAMAGED, id="a third of a pdf"),
        pytest.param("a.docx", parts(DOCX, bomb("word/document.xml")), Code.DAMAGED, id="an entity bomb in docx"),
        pytest.param("a.docx", parts(DOCX, bomb("word/styles.xml")), Code.DAMAGED, id="an entity bomb in the styles"),
        pytest.param("a.pptx", parts(PPTX, bomb("ppt/presentation.xml")), Code.DAMAGED, id="an entity bomb in pptx"),
        pytest.param("a.docx", parts(DOCX, without("word/styles.xml")), Code.DAMAGED, id="a part is missing"),
        pytest.param("a.docx", parts(DOCX, without("[Content_Types].xml")), Code.DAMAGED, id="no list of types"),
        pytest.param(
            "a.docx",
            parts(DOCX, lambda name, content: content[:-9] if name == "word/document.xml" else content),
            Code.DAMAGED,
            id="bad xml",
        ),
    ],
)
def test_a_bad_file_ends_in_its_problem_and_nothing_else(tmp_path: Path, name: str, data: bytes, code: Code) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = reading(path)
    assert blocking(found) == [code]
    assert found.entries == ()
    assert found.passages == ()
    assert found.held_sources == {name}


def test_a_document_that_is_no_text_in_any_encoding_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(bytes(range(128, 256)) * 4)
    assert blocking(reading(path)) == [Code.UNDECODABLE]


@pytest.mark.parametrize(
    ("suffix", "data", "main", "type_"),
    [
        pytest.param(".docm", DOCX, "wordprocessingml.document.main", "ms-word.document.macroEnabled.main", id="docm"),
        pytest.param(
            ".pptm", PPTX, "presentationml.presentation.main", "ms-powerpoint.presentation.macroEnabled.main", id="pptm"
        ),
    ],
)
def test_macros_are_left_out_and_said_so(tmp_path: Path, suffix: str, data: bytes, main: str, type_: str) -> None:
    plain = f"application/vnd.openxmlformats-officedocument.{main}+xml".encode()
    marked = f"application/vnd.{type_}+xml".encode()

    def change(name: str, content: bytes) -> bytes:
        return content.replace(plain, marked) if name == "[Content_Types].xml" else content

    path = tmp_path / f"a{suffix}"
    path.write_bytes(parts(data, change, **{"word/vbaProject.bin": b"macro"}))
    found = reading(path)
    assert Code.MACROS in [problem.code for problem in found.problems]
    assert blocking(found) == []
    assert [passage.text for passage in found.passages] == [TEXT]


def test_an_archive_that_unpacks_to_too_much_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(parts(DOCX, same, **{"word/media/image1.png": b"\0" * (4 << 20)}))
    assert path.stat().st_size < 100_000
    assert blocking(reading(path)) == []
    monkeypatch.setattr(office, "LARGEST_UNPACKED", 2 << 20)
    assert blocking(reading(path)) == [Code.TOO_LARGE_UNPACKED]


def test_a_part_that_unpacks_to_too_much_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "LARGEST_PART", 1 << 20)
    path = tmp_path / "a.docx"
    path.write_bytes(parts(DOCX, same, **{"word/comments.xml": b" " * (2 << 20)}))
    assert blocking(reading(path)) == [Code.TOO_LARGE_UNPACKED]


def test_a_page_that_never_ends_is_given_up_and_what_was_read_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow.py"
    word = ["保修一年，从签收算起。", 60, 100, 180, 110, 10, False]
    page = {"page": 1, "width": 600, "height": 800, "words": [word], "tables": [], "pictures": 0}
    said = f"{json.dumps({'pages': 3})}\n{json.dumps(page)}\n"
    slow.write_text(
        f"import sys, time\nsys.stdout.write({said!r})\nsys.stdout.flush()\ntime.sleep(600)\n", encoding="utf-8"
    )
    monkeypatch.setattr(pdf_reader, "PATIENCE", 3.0)
    monkeypatch.setattr(pdf_reader, "SCRIPT", slow)
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    found = reading(path)
    assert [passage.text for passage in found.passages] == ["保修一年，从签收算起。"]
    assert [problem.message for problem in found.problems] == ["只读了前 1 页（共 3 页），其余未导入"]
    assert found.held_sources == {"a.pdf"}


def test_a_reading_that_is_given_up_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[str]] = []

    class Watched(subprocess.Popen[str]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([[Put(60, 100, TEXT)]] * 50))

    def stop(source: str, *_: int) -> None:
        if "3 /" in source:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read([path], today=TODAY, progress=stop)
    assert [process.poll() is not None for process in started] == [True]


def test_a_pdf_that_takes_all_memory_is_stopped(tmp_path: Path) -> None:
    """A content stream of 6 GB of zeros, packed twice over into a few kilobytes."""
    packer = zlib.compressobj(9)
    first = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    twice = zlib.compress(first + again * (6 << 10), 9)
    good_pdf = PDF
    start = good_pdf.index(b"4 0 obj")
    end = good_pdf.index(b"endobj", start)
    stream = b"4 0 obj\n<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream\n" % (
        len(twice),
        twice,
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(good_pdf[:start] + stream + good_pdf[end:])
    assert path.stat().st_size < 1 << 20
    found = reading(path)
    assert blocking(found) == [Code.DAMAGED]


def test_html_within_html_without_end_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<div>" * 2_000 + TEXT, encoding="utf-8")
    assert [passage.text for passage in reading(path).passages] == [TEXT]
    path.write_text("<div>" * 1_000_000 + TEXT, encoding="utf-8")
    assert blocking(reading(path)) == [Code.DAMAGED]


def test_a_table_that_claims_to_span_everything_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<table><tr><td rowspan=9999 colspan=9999>甲</td></tr>" + "<tr><td>乙</td></tr>" * 300 + "</table>",
        encoding="utf-8",
    )
    assert len(reading(path).passages) <= 301
