"""Every notebook runs from top to bottom."""

import asyncio
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own
        import nbformat
        from nbclient import NotebookClient

        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        for name in [name for name in os.environ if name.startswith("KB_")]:
            monkeypatch.delenv(name)
        read = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
        client = NotebookClient(read, timeout=300, resources={"metadata": {"path": str(notebook.parent)}})
        with ThreadPoolExecutor(1) as apart:  # the browser tests leave a running event loop in this thread
            apart.submit(lambda: asyncio.run(client.async_execute())).result()
    outputs = [output for cell in read.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]


def test_there_is_a_quickstart() -> None:
    assert "quickstart" in {path.stem for path in NOTEBOOKS}


def test_the_curve_of_the_gaps_is_seen_without_running_anything() -> None:
    shown = (ROOT / "notebooks" / "gaps.ipynb").read_text(encoding="utf-8")
    assert all(f"day {day}  █" in shown for day in range(6))
