"""Structured log lines: time, level, service, fixed message, then ids as key=value. Never text."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_SAID_AGAIN = 5.0  # seconds


class LineFormatter(logging.Formatter):
    """One line a record; values given through `extra` follow the message."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Write the record on one line, with the traceback below it when there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = "".join(
            f" {name}={_quoted(value)}"
            for name, value in vars(record).items()
            if name not in _STANDARD and not name.startswith("_")
        )
        message = record.getMessage()
        if not message.isprintable():
            message = json.dumps(message)[1:-1]  # no library's words may begin a second line
        line = f"{at} {record.levelname.lower()} {self._service} {message}{fields}"
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{_trace(error)}" if error else line


def _trace(error: BaseException) -> str:
    """Tell where an error and its causes arose, without their words: they may quote a question."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    return "\n".join(
        f"{''.join(traceback.format_tb(each.__traceback__))}{type(each).__qualname__}"
        for each in reversed(chain)
    )


class Repeats(logging.Filter):
    """Lets a library say the same thing once in five seconds: a broker that is away is news once.

    Our own messages differ in their ids and always pass.
    """

    def __init__(self, package: str) -> None:
        super().__init__()
        self._package = package
        self._told: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is to be written."""
        if not record.name.startswith(self._package):
            return True
        said = (record.name, record.msg)
        if record.created - self._told.get(said, float("-inf")) < _SAID_AGAIN:
            return False
        self._told[said] = record.created
        return True


def _quoted(value: object) -> str:
    text = str(value)
    plain = text.isprintable() and not set(text) & set(' "=')
    return text if text and plain else json.dumps(text)


def config(service: str) -> dict[str, Any]:
    """Describe the logging of a service for `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": LineFormatter, "service": service}},
        "filters": {"repeats": {"()": Repeats, "package": "aiokafka"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["repeats"],
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            "aiokafka": {"level": "WARNING"},
            "faust": {"level": "WARNING"},
            "mode": {"level": "WARNING"},
            "_App": {"level": "WARNING"},
            "Host": {"level": "WARNING"},
            "aiohttp.access": {"level": "WARNING"},
            "uvicorn": {"level": "WARNING"},
        },
    }
