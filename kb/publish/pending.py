"""What is written and not yet published: the store beside the live release."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.answer.match import Matcher
from kb.errors import NotReady, ReleaseError
from kb.ingest.documents import DocumentChange
from kb.publish import diff as differing
from kb.publish.building import living
from kb.publish.diff import EntryChange
from kb.publish.lists import synonym_groups
from kb.store.store import Store
from kb.types import Document, Entry, ListName, ReleaseId


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next publication would bring, each part in order of id."""

    release: ReleaseId | None  # that is live
    created_at: datetime | None
    revision: int  # of the knowledge now
    published: int  # the revision that is live, 0 when nothing is
    added: tuple[Entry, ...]
    changed: tuple[EntryChange, ...]
    removed: tuple[Entry, ...]
    golden: int  # golden questions written since
    synonyms: bool  # whether words of one meaning were added or removed
    documents: tuple[DocumentChange, ...] = ()  # in order of their files; also those that were approved or revoked
    unreadable: bool = False  # there is a live release, made for another program or damaged

    @property
    def nothing(self) -> bool:
        """Whether a publication would change nothing that is served."""
        return not (self.added or self.changed or self.removed or self.synonyms or self.documents)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "release": self.release,
            "revision": self.revision,
            "published": self.published,
            "added": [entry.as_dict() for entry in self.added],
            "changed": [
                {
                    "id": change.new.id,
                    "fields": list(change.fields),
                    "old": change.old.as_dict(),
                    "new": change.new.as_dict(),
                }
                for change in self.changed
            ],
            "removed": [entry.as_dict() for entry in self.removed],
            "golden": self.golden,
            "synonyms": self.synonyms,
            "documents": [
                {
                    "file": change.one.source,
                    "title": change.one.title,
                    "change": "changed" if change.old and change.new else "added" if change.new else "removed",
                    "approved": change.one.approved,
                    "passages_added": len(change.added),
                    "passages_removed": len(change.removed),
                }
                for change in self.documents
            ],
        }


def pending(store: Store, matcher: Callable[[], Matcher]) -> Pending:
    """Compare the store with the live release; without one, or with one that cannot be opened, everything is new."""
    revision = store.entries.revision()
    synonyms = synonym_groups(store.lists.all(ListName.SYNONYMS))
    documents = [document for document in store.documents.all() if document.passages]
    try:
        live = matcher()
    except (NotReady, ReleaseError) as error:
        golden = len(store.golden.all())
        broken = isinstance(error, ReleaseError)
        return Pending(
            release=None,
            created_at=None,
            revision=revision,
            published=0,
            added=tuple(living(store, None)),
            changed=(),
            removed=(),
            golden=golden,
            synonyms=bool(synonyms),
            documents=_differing((), documents),
            unreadable=broken,
        )
    manifest = store.releases.get(live.release_id)
    entries = living(store, live.knowledge, manifest.revision)
    added, changed, removed = differing.entries(live.knowledge.entries, entries)
    questions = store.golden.all()
    return Pending(
        release=live.release_id,
        created_at=manifest.created_at,
        revision=revision,
        published=manifest.revision,
        added=added,
        changed=changed,
        removed=removed,
        golden=len(questions) - store.golden.unchanged_since(manifest.revision),
        synonyms=synonyms != live.knowledge.synonyms,
        documents=_differing(live.passages.shelf.documents if live.passages else (), documents),
    )


def _differing(live: Sequence[Document], now: Sequence[Document]) -> tuple[DocumentChange, ...]:
    """The documents that are not served as they are."""
    before, after = ({document.source: document for document in some} for some in (live, now))
    each = (DocumentChange(before.get(source), after.get(source)) for source in sorted(before | after))
    return tuple(change for change in each if change.old != change.new)
