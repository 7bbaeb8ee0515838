"""How this program reads texts, in one number: rows that were read in another way are not taken over."""

from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from kb import text
from kb.index import concepts, courtesy, details, lexical, postings, synonyms, weighing

#: What says what a text reads as: these modules, and the packages that they ask.
_READERS = (text, concepts, courtesy, details, lexical, postings, synonyms, weighing)
_PACKAGES = ("jieba", "opencc")


@cache
def reading() -> int:
    """A mark of the modules and packages that normalise, cut and read texts."""
    sources = [Path(str(module.__file__)).read_bytes() for module in _READERS]
    versions = [version(name).encode() for name in _PACKAGES]
    return int.from_bytes(blake2b(b"\0".join([*sources, *versions]), digest_size=7).digest(), "big")
