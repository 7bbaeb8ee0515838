"""One tree of errors. Each has a stable code that programs may rely on, and a message that says what to do next."""

import errno
from typing import ClassVar, Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class KbError(Exception):
    """Something kb refuses or cannot do; its text is meant for the person who asked for it."""

    code: ClassVar[str] = "kb_error"


class SettingsError(KbError):
    """A setting is unknown or has a value that cannot work."""

    code = "bad_setting"


class InputError(KbError):
    """What was handed in cannot be used as it is."""

    code = "bad_input"


class QuestionTooLong(InputError):
    """The question has more characters than are accepted."""

    code = "question_too_long"


class NothingToMatch(InputError):
    """The question holds no letter, digit or Chinese character."""

    code = "nothing_to_match"


class FileUnreadable(InputError):
    """A file cannot be read as what it claims to be."""

    code = "file_unreadable"


class IngestBlocked(InputError):
    """The documents have problems that must be solved first; nothing was written."""

    code = "ingest_blocked"


class ConfirmationNeeded(KbError):
    """The step would take away more than is safe without being asked for."""

    code = "confirmation_needed"


class NotFound(KbError):
    """There is no such thing."""

    code = "not_found"


class Conflict(KbError):
    """Somebody else was faster, or the thing is no longer in the state that this step needs."""

    code = "conflict"


class NotReady(KbError):
    """No release is being served yet."""

    code = "not_ready"


class ReleaseError(KbError):
    """A release is damaged, incomplete or gone."""

    code = "release_damaged"


class ReleaseMismatch(ReleaseError):
    """A release was made for another embedder or normaliser than is configured."""

    code = "release_mismatch"


class PublicationRefused(KbError):
    """The next release would answer worse than the one that is served, or not as promised; it was discarded."""

    code = "publication_refused"


class AccessDenied(KbError):
    """The key is missing, unknown or revoked."""

    code = "access_denied"


class RoleTooLow(AccessDenied):
    """The key is good, but its role may not do this."""

    code = "role_too_low"


class TooManyAttempts(KbError):
    """Signing in has failed too often lately; try again later."""

    code = "too_many_attempts"


class DiskRefused(KbError):
    """A file could not be written: the disk is full, or the folder may not be changed."""

    code = "disk_refused"

    @classmethod
    def at(cls, place: object, error: OSError) -> "DiskRefused":
        """Say of a place what the system answered, and what to do about it."""
        full = error.errno in _FULL or not error.strerror  # of a short write numpy says only how much went out
        answered, then = (
            ("the disk is full", "free some space")
            if full
            else (error.strerror, "check its path, its owner and permissions")
        )
        return cls(f"{place} cannot be written ({answered}); {then} and try again")


class StoreError(KbError):
    """The database cannot be reached or refuses to work."""

    code = "store_unavailable"
