"""JSON lines on standard error, set up once by the program's entry point; personal data is masked on the way out."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from kb.privacy import mask

#: What every LogRecord has by itself; whatever else a record carries came in through `extra`.
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class Name(str):
    """An id of our own making: it holds nothing of a customer's, so nobody need look through its digits."""

    __slots__ = ()


def _masked(value: Any) -> Any:
    if isinstance(value, Name):
        return value
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value


def _said(value: Any) -> str:
    return mask(str(value))


#: Only what is masked by now is written as it is; anything else goes through `_said`.
_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def _encode(line: dict[str, Any]) -> str:
    try:
        return orjson.dumps(line, default=_said, option=_PLAIN).decode()
    except TypeError:  # half a character, or a key that is no text: a line is written all the same
        return json.dumps(line, ensure_ascii=False, check_circular=False, default=_said)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message and the extra fields, texts masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": mask(record.getMessage()),
        }
        line.update({key: _masked(value) for key, value in vars(record).items() if key not in _OWN})
        if record.exc_info:
            line["exception"] = mask(self.formatException(record.exc_info))
        return _encode(line)


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Drop uvicorn's word on every websocket: it has the query, which is what a page is known by."""
    return record.levelno > logging.INFO or not (
        "WebSocket" in str(record.msg) or str(record.msg).startswith("connection ")
    )


def configure(level: str) -> None:
    """Send every log line of this process to standard error as JSON from `level` on."""
    # where a line was written, by which thread and process, is not part of it: logging need not find out
    logging._srcfile = None  # noqa: SLF001 - as logging's documentation says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.error").addFilter(_worth_a_line)
    logging.getLogger("faiss").setLevel(logging.WARNING)  # it tells which builds of itself it tried
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of every request
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False  # one line for each answer is written by the service itself, without query strings
