"""What the golden questions and the replay of customers' questions said about a release, as HTML."""

from collections.abc import Mapping
from typing import Any

from kb import messages
from kb.console.markup import tag, text
from kb.console.studio.markup import figures, percent
from kb.console.studio.outcomes import changed

words = messages.studio

#: So many changes are shown; the rest are counted.
SHOWN = 100


def shown(gate: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The numbers, what they mean, and every question that is treated otherwise."""
    broken, changes = gate["broken"], gate["changes"]
    precision = gate["precision"]
    below = precision is not None and precision < gate["promise"]
    if broken or below:
        reasons = []
        if broken:
            reasons.append(words.GATE_BROKEN.format(count=broken))
        if below:
            reasons.append(words.GATE_BELOW.format(precision=percent(precision), promise=percent(gate["promise"])))
        line = tag("p", text("；".join(reasons) + "。"), class_="kb-wrong")
    else:
        line = tag("p", text(words.GATE_FINE), class_="st-fine")
    numbers = figures(
        [
            (words.GATE_GOLDEN, f"{gate['golden']:,}", ""),
            (words.GATE_BREAKS, f"{broken:,}", "red" if broken else "teal"),
            (words.GATE_REPLAYED, f"{gate['replayed']:,}", ""),
            (words.GATE_CHANGES, f"{len(changes):,}", "blue" if changes else ""),
            (words.GATE_PRECISION, percent(precision), "red" if below else "teal" if precision is not None else ""),
            (words.GATE_PROMISE, percent(gate["promise"]), ""),
        ]
    )
    if not changes:
        return line + numbers + tag("p", text(words.GATE_NO_CHANGES), class_="kb-soft")
    rows = "".join(changed(one, names) for one in changes[:SHOWN])
    more = ""
    if len(changes) > SHOWN:
        more = tag("p", text(words.NOT_LISTED.format(count=f"{len(changes) - SHOWN:,}")), class_="kb-soft")
    return line + numbers + tag("ul", rows, class_="st-changes") + more
