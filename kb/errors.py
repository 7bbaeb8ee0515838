"""One tree of errors. Each has a stable code that programs may rely on, and a message that says what to do next."""

from typing import ClassVar


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


class StoreError(KbError):
    """The database cannot be reached or refuses to work."""

    code = "store_unavailable"
