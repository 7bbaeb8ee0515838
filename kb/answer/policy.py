"""What the house has laid down for the service: due times, its time zone, what may be kept."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kb.privacy import mask
from kb.types import Priority

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Policy:
    """The house rules that answering and the agents' desk follow."""

    timezone: ZoneInfo = _SHANGHAI
    due_urgent: timedelta = timedelta(minutes=15)
    due_ordinary: timedelta = timedelta(hours=24)
    due_complex: timedelta = timedelta(hours=48)
    claim_idle: timedelta = timedelta(minutes=30)  # until a claimed ticket that nobody touches waits again
    keep_personal_data: bool = False  # whether what customers write is stored as typed

    def due_at(self, priority: Priority, at: datetime) -> datetime:
        """Return until when a ticket of this priority, opened at `at`, must have its first reply."""
        match priority:
            case Priority.URGENT:
                return at + self.due_urgent
            case Priority.ORDINARY:
                return at + self.due_ordinary
            case Priority.COMPLEX:
                return at + self.due_complex

    def today(self, now: datetime) -> date:
        """Return the shop's local day."""
        return self.local(now).date()

    def local(self, at: datetime) -> datetime:
        """Return `at` on the shop's clock."""
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(self.timezone)

    def kept(self, text: str) -> str:
        """Return a customer's text as it may be stored."""
        return text if self.keep_personal_data else mask(text)
