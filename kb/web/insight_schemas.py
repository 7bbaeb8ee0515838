"""Figures as they go out over HTTP."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ShareOut(_Out):
    """How many of how many; `low` and `high` are the ends of a 95 % interval (Wilson)."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class NumbersOut(_Out):
    """Numbers of questions."""

    questions: int
    answered: int = Field(description="directly")
    clarified: int = Field(description="asked back")
    chosen: int = Field(description="asked back, then answered by choosing an option")
    handed_over: int
    helpful: int
    unhelpful: int


class DayOut(NumbersOut):
    """One day of one channel."""

    day: date
    channel: str
    reasons: dict[str, int]


class ServiceOut(_Out):
    """How soon people helped with tickets of one priority; lengths in seconds."""

    priority: str
    tickets: int
    replied: int
    in_time: int
    late: int
    first_response: float | None
    first_response_90: float | None
    handling: float | None
    handling_90: float | None


class ReleaseFiguresOut(_Out):
    """What a release was asked, and answered directly."""

    release: str
    first: datetime
    questions: int
    answered: int
    helpful: int
    unhelpful: int


class AskedOut(_Out):
    """An entry that answered often."""

    entry_id: str
    question: str
    hits: int
    helpful: int
    unhelpful: int


class InsightOut(_Out):
    """The figures of a period."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    first: date = Field(alias="from")
    to: date
    promise: float
    total: NumbersOut
    reasons: dict[str, int] = Field(description="why questions were handed over")
    deflection: ShareOut = Field(description="questions answered directly")
    customers: ShareOut = Field(description="direct answers that customers called helpful, of those they judged")
    agents: ShareOut = Field(description="drafts that agents sent as they were or edited, of all replies")
    in_time: ShareOut = Field(description="tickets answered in time")
    days: list[DayOut]
    drafts: dict[str, int]
    service: list[ServiceOut]
    releases: list[ReleaseFiguresOut]
    top: list[AskedOut]
