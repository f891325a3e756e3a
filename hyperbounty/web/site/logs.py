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
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    is_json = form is LogFormat.JSON
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_json if is_json else _as_text],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if is_json else logging.WARNING)
    # What the processes beside the site say is for people too.
    logging.getLogger("hyperbounty").setLevel(logging.INFO)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if is_json else logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


REQUESTS: Final = "hyperbounty.web.site.requests"
"""The logger of requests."""


def _without_secrets(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redacted(value)[: _LONGEST_TRACEBACK if key == "exception" else _LONGEST]
    return event


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
