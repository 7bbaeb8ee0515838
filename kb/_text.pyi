# What `_text.c` gives; see `kb.text.Words` for what it means.

def likeliest(block: str, known: dict[str, int], log_total: float, /) -> list[int]:
    # Where each word ends on the likeliest way through a text, by how often each word occurs.
    ...
