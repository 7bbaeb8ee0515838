"""The demonstration shop's product documents are what their script makes of their sources, and can be read."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = Path(__file__).parents[2] / "data" / "faq" / "documents"
PACKAGES = ("docx", "fontTools", "fpdf", "markdown_it", "openpyxl", "pptx")

KEY_SENTENCES = {
    "WN-200温奶器说明书.pdf": "结冰的奶瓶不要直接放入，以免瓶身骤热开裂",
    "XD-600紫外线消毒柜说明书.pdf": "柜门的安全开关会自动关灯，关紧柜门后会恢复",
    "云朵纸尿裤尺码手册.xlsx": "可换一次尺码，不退",
    "会员权益手册.md": "每单最多抵订单金额的 10%",
    "发票与支付说明.html": "开票后 180 天内可以换开一次",
    "吸奶器XN-100与XN-200对比与清洗.pptx": "主机进水一般算人为损坏",
    "售后维修流程.md": "目前没有线下维修点，也不提供上门维修",
    "小家电保修条款.txt": "保修凭订单办理，不用纸质保修卡",
    "小满食光辅食添加手册.docx": "有呼吸急促、面部肿胀等情况，请立即就医",
    "禾乐玩具安全与适龄.html": "配件装齐前请勿让宝宝骑行",
    "禾净洗护成分与用法表.xlsx": "防晒霜只有 SPF30，没有 SPF50 款",
    "禾牧奶粉冲调与转奶指南.pdf": "开罐后请在 1 个月内吃完",
    "签收验货须知.txt": "7 天和 15 天的期限都从这次签收算起",
    "退换货政策全文.docx": "签收 15 天内可换一次尺码，只换不退",
    "配送范围与运费表.md": "不配送港澳台及海外",
}


def _documents() -> list[Path]:
    return sorted(
        path for path in DOCUMENTS.iterdir() if path.is_file() and path.suffix != ".py" and path.stem[0] != "."
    )


def _text(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("gb18030" if path.name == "签收验货须知.txt" else "utf-8")


def _docx(path: Path) -> str:
    docx = pytest.importorskip("docx", reason="python-docx isn't installed")
    return "".join(docx.Document(path).element.body.itertext())


def _xlsx(path: Path) -> str:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    return "\n".join(str(value) for sheet in book for row in sheet.values for value in row if value)


def _pptx(path: Path) -> str:
    pptx = pytest.importorskip("pptx", reason="python-pptx isn't installed")

    def texts() -> Iterator[str]:
        for slide in pptx.Presentation(path).slides:
            yield from (shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
            yield slide.notes_slide.notes_text_frame.text

    return "\n".join(texts())


def _pdf(path: Path) -> str:
    pypdf = pytest.importorskip("pypdf", reason="pypdf isn't installed")
    return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


READ: dict[str, Callable[[Path], str]] = {
    ".docx": _docx,
    ".html": _text,
    ".md": _text,
    ".pdf": _pdf,
    ".pptx": _pptx,
    ".txt": _text,
    ".xlsx": _xlsx,
}


def _make(into: Path, *, hash_seed: str) -> Path:
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, str(DOCUMENTS / ".sources" / "make.py"), "--into", str(into)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if "is missing: install it" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return into


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _make(tmp_path_factory.mktemp("made"), hash_seed="1")


def test_there_are_enough_documents_and_every_format_is_there() -> None:
    formats = [path.suffix for path in _documents()]
    assert len(formats) >= 12
    assert set(formats) == set(READ)
    assert min(formats.count(twice) for twice in (".docx", ".md", ".pdf")) >= 2
    assert sum(path.stat().st_size for path in DOCUMENTS.rglob("*") if path.is_file()) < 3 << 20


def test_every_document_is_named_here_with_its_key_sentence() -> None:
    assert {path.name for path in _documents()} == set(KEY_SENTENCES)


@pytest.mark.parametrize("path", _documents(), ids=lambda path: str(path.suffix[1:] + " " + path.stem))
def test_a_document_opens_and_holds_its_key_sentence(path: Path) -> None:
    text = "".join(READ[path.suffix](path).split())  # lines are broken anywhere
    assert "".join(KEY_SENTENCES[path.name].split()) in text


def test_a_second_run_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = _make(tmp_path, hash_seed="2")
    assert _bytes(made) == _bytes(again)


def test_the_script_gives_the_committed_bytes(made: Path) -> None:
    name = ".made-with.json"
    ours, here = (json.loads(Path(folder, name).read_text("utf-8")) for folder in (DOCUMENTS, made))
    other = sorted(part for part in ours.keys() | here.keys() if ours.get(part) != here.get(part))
    if other:
        pytest.skip(f"the documents were made with other versions of {', '.join(other)}")
    changed = [file for file, content in _bytes(made).items() if content != (DOCUMENTS / file).read_bytes()]
    assert not changed, "run data/faq/documents/.sources/make.py"


def test_every_source_has_become_a_document(made: Path) -> None:
    by_hand = {path.name for path in DOCUMENTS.glob("*.md")}
    assert {path.name for path in _documents()} - by_hand == _bytes(made).keys()


def test_a_workbook_and_a_word_table_have_merged_cells() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    docx = pytest.importorskip("docx", reason="python-docx isn't installed")
    sizes = openpyxl.load_workbook(DOCUMENTS / "云朵纸尿裤尺码手册.xlsx").worksheets[0]
    assert {"A4:A8", "C2:D2"} <= {str(cells) for cells in sizes.merged_cells.ranges}
    refunds: Any = docx.Document(DOCUMENTS / "退换货政策全文.docx").tables[0]
    assert refunds.cell(4, 0).text == refunds.cell(5, 0).text == "银行卡"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.stem[0] != "."}
