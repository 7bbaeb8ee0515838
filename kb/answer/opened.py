"""What answers from a release that is open."""

from kb.answer.confidence import Calibration
from kb.answer.match import Matcher
from kb.answer.passages import passages_of
from kb.index.release import Release
from kb.ports import Embedder


def matcher_of(opened: Release, embedder: Embedder) -> Matcher:
    """What a server answers with; raises ReleaseError when the release's calibration cannot be read."""
    manifest = opened.manifest
    return Matcher(
        opened.knowledge,
        embedder,
        Calibration.from_json(opened.calibration),
        manifest.limits,
        manifest.id,
        passages=passages_of(opened.shelf, embedder, manifest.promise),
    )
