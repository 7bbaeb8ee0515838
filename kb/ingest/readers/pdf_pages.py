"""The words and ruled tables of a PDF's pages, as JSON lines on standard output. Run as a program of its own.

A PDF can be made so that reading it takes all memory or never ends, and nothing inside of a process keeps a library
from it. So this runs in a process with bounds, which `pdf` stops when it takes too long. It imports nothing of kb.
"""

import json
import logging
import sys
from typing import Any

MEMORY = 3 << 29  # bytes of address space
_GAP = 0.35  # of the size of a character; a wider gap parts words
_MOST_CHARACTERS = 60_000  # of a page
_LEAST_EDGES = 6  # of a ruled table


def main(path: str, first: int, last: int) -> None:
    """Write one line for the file, then one for each page from `first` to `last`, from 1."""
    _bound_memory()
    logging.disable(logging.CRITICAL)  # pdfminer warns about every oddity
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed

    try:
        pdf = pdfplumber.open(path)
        pages = len(pdf.pages)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes the library raise
        causes = (type(error), *(type(cause) for cause in error.args))
        locked = any(issubclass(cause, PDFPasswordIncorrect | PDFTextExtractionNotAllowed) for cause in causes)
        _say({"error": "encrypted" if locked else "damaged"})
        return
    _say({"pages": pages})
    for number in range(first, min(last, pages) + 1):
        try:
            _say(_page(pdf.pages[number - 1], number))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - one bad page doesn't spoil the others
            _say({"page": number, "bad": True})


def _page(page: Any, number: int) -> dict[str, Any]:
    pictures = len(page.images)
    if len(page.chars) > _MOST_CHARACTERS:
        page.close()
        return {"page": number, "bad": True}
    upright = page.filter(lambda thing: thing["object_type"] != "char" or thing.get("upright", True))
    kept = upright.dedupe_chars(tolerance=1) if _are_doubled(upright.chars) else upright
    tables = _tables(kept) if len(page.edges) >= _LEAST_EDGES else []
    words = [
        [
            word["text"],
            word["x0"],
            word["top"],
            word["x1"],
            word["bottom"],
            word["size"],
            "bold" in word["fontname"].lower(),
        ]
        for word in kept.extract_words(x_tolerance_ratio=_GAP, keep_blank_chars=False, extra_attrs=["size", "fontname"])
    ]
    out = {
        "page": number,
        "width": float(page.width),
        "height": float(page.height),
        "words": words,
        "tables": tables,
        "pictures": pictures,
    }
    page.close()
    return out


def _are_doubled(characters: list[dict[str, Any]]) -> bool:
    """Whether a character stands on its like, as in bold that is printed twice; most pages need no second look."""
    seen: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    for one in characters:
        text, x, y = one["text"], one["x0"], one["top"]
        column, row = int(x), int(y)
        for near in ((text, column + right, row + down) for right in (-1, 0, 1) for down in (-1, 0, 1)):
            if any(abs(x - left) <= 1 and abs(y - top) <= 1 for left, top in seen.get(near, ())):
                return True
        seen.setdefault((text, column, row), []).append((x, y))
    return False


def _tables(page: Any) -> list[dict[str, Any]]:
    found = []
    for table in page.find_tables():
        texts = table.extract(x_tolerance_ratio=_GAP) or []
        cells = []
        for row, line in zip(table.rows, texts, strict=False):
            cells += [(box, text or "") for box, text in zip(row.cells, line, strict=False) if box]
        if len(cells) > 1:
            found.append({"box": table.bbox, "cells": cells})
    return found


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
