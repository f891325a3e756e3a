"""The log of a site: lines for people or JSON for programs. What strangers sent is escaped, secrets are left out."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any, Final, TextIO

import structlog
from structlog.typing import WrappedLogger

from hyperbounty.cli.redaction import redacted
from hyperbounty.texts import escaped, escaped_lines

_REQUESTS: Final = "hyperbounty.web.site.requests"
_LONGEST: Final = 2_000
_LONGEST_TRACEBACK: Final = 20_000


class LogFormat(StrEnum):
    """How a log is written.

    TEXT: for people: what the index says, and what fails. Requests that succeed are left out.
    JSON: for programs: one object a line, and one line a request.
    """

    TEXT = "text"
    JSON = "json"


def write_log(form: LogFormat, stream: TextIO | None = None) -> None:
    """From now on, all that is logged in this process is written so.

    Args:
        form: see `LogFormat`.
        stream: to write to; left out, standard error.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _as_json if form is LogFormat.JSON else _as_text,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries log whole addresses, with what is secret in them, where they tell of what went well.
    root.setLevel(logging.WARNING)
    logging.getLogger("hyperbounty").setLevel(logging.INFO)
    logging.getLogger(_REQUESTS).setLevel(logging.INFO if form is LogFormat.JSON else logging.WARNING)


def request_log() -> Any:
    """The log of requests; what is given by name becomes a member of its line."""
    return structlog.wrap_logger(
        logging.getLogger(_REQUESTS),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        cache_logger_on_first_use=True,
    )


def _without_secrets(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redacted(value)[: _LONGEST_TRACEBACK if key == "exception" else _LONGEST]
    return event


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.format_exc_info,
    _without_secrets,
]


def _as_json(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> str:
    # In ASCII: any other character is escaped as JSON has it, and so is the one control that it leaves as it is.
    return json.dumps(event, default=str, sort_keys=True).replace("\x7f", "\\u007f")


def _as_text(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> str:
    time, level, what = (str(event.pop(key, "")) for key in ("time", "level", "event"))
    event.pop("logger", None)
    exception = event.pop("exception", None)
    more = "".join(f" {key}={escaped(value)}" for key, value in event.items() if value is not None)
    line = f"{time[:19].replace('T', ' ')} {level:<7} {escaped(what)}{more}"
    return line if exception is None else f"{line}\n{escaped_lines(str(exception))}"
