"""How sure product documents can be searched: the fit of the confidence, and what it measured.

python -m tests.bench.passages          # print what the shipped confidence was found to be worth
python -m tests.bench.passages --fit    # fit it anew on the demonstration shop, and write it
"""

import argparse
from datetime import date
from pathlib import Path

from kb.answer.passages import SHIPPED, Sureness
from kb.ingest import read
from kb.wiring import load_embedder

_SHOP = Path("data/faq")


def main() -> None:
    """Print it, or fit it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fit", action="store_true")
    if options.parse_args().fit:
        from kb.learn.passages import fit

        reading = read([_SHOP], today=date(2026, 11, 21))
        entries = [sourced.entry for sourced in reading.entries]
        sureness = fit(entries, [placed.question for placed in reading.golden], load_embedder(""), promise=0.95)
        SHIPPED.write_text(sureness.to_json(), encoding="utf-8")
    sureness = Sureness.shipped()
    for name, value in {**sureness.fitted_on, **sureness.measured, "limit": sureness.limit}.items():
        print(f"{name:20} {value}")


if __name__ == "__main__":
    main()
