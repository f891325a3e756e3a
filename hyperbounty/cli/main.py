"""`hyperbounty`: the root of the command line, and the one place where errors become lines and exit codes.

The exit codes are those of `exit_codes`, the same for every command.
"""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import EntryPoints, entry_points

import click

from hyperbounty.cli.account import account
from hyperbounty.cli.completion import add_completion
from hyperbounty.cli.config import config
from hyperbounty.cli.deploy import add_deploy
from hyperbounty.cli.devnet import add_devnet
from hyperbounty.cli.doctor import add_doctor
from hyperbounty.cli.exit_codes import ExitCode, exit_code_of
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.interruption import CommandInterrupted
from hyperbounty.cli.output import CommandFailed, Failure, Shown, escape_log, say_json
from hyperbounty.cli.redaction import redacted, redacted_traceback
from hyperbounty.cli.store import add_store
from hyperbounty.cli.terminal import parts, prepare_streams
from hyperbounty.cli.wording import worded
from hyperbounty.errors import HyperbountyError
from hyperbounty.secrecy import without_keys
from hyperbounty.texts import escaped, escaped_lines
from hyperbounty.version import __version__


class _Registered(HelpfulGroup):
    """The root group; what roles and families register as an entry point is imported only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in _entries())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for point in _entries():
            if point.name == cmd_name:
                group: click.Command = point.load()
                return group
        return None


def _entries() -> EntryPoints:
    return entry_points(group="hyperbounty.commands")


@click.group(cls=_Registered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hyperbounty")
def cli() -> None:
    """Contests in machine learning on Ethereum, their prizes in escrow."""


cli.add_command(account)
cli.add_command(config)
add_completion(cli)
add_devnet(cli)
add_deploy(cli)
add_doctor(cli)
add_store(cli)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    prepare_streams()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code."""
    return guard(cli, arguments, "hyperbounty")


def guard(root: click.Command, arguments: list[str], name: str, *, json_flag: str | None = "--json") -> int:
    """Run a click command and return its exit code; no exception of any kind leaves.

    Args:
        root: the command.
        arguments: as they were typed.
        name: of the program.
        json_flag: where it is among the arguments, an error is printed as JSON on standard output too, unless the
            command has printed its document already.
    """
    escape_log()
    shown = Shown()
    try:
        code = root.main(arguments, prog_name=name, standalone_mode=False, obj=shown)
        return int(code) if isinstance(code, int) else int(ExitCode.DONE)
    except click.UsageError as error:
        said = io.StringIO()
        error.show(said)
        failure = Failure("usage", _one_line(without_keys(error.format_message())), _help_of(error), ExitCode.USAGE)
        line = escaped_lines(without_keys(said.getvalue())).rstrip("\n")
    except CommandInterrupted as stopped:
        failure = Failure("interrupted", "interrupted", stopped.promise, ExitCode.INTERRUPTED)
        line = f"Interrupted: {escaped(stopped.promise)}"
    except (click.Abort, KeyboardInterrupt):
        failure = Failure("interrupted", "interrupted", "nothing was begun", ExitCode.INTERRUPTED)
        line = "Interrupted: nothing was begun"
    except Exception as raised:  # noqa: BLE001 - the last line of defence: a user never meets a traceback
        failed = raised if isinstance(raised, CommandFailed) else CommandFailed(raised, exit_code_of(raised))
        failure = _explained(failed.reason, failed.exit_code)
        line = escaped(f"Error: {failure.what}{f'; {failure.next_step}' if failure.next_step else ''}")
    if json_flag in arguments and not shown.document:
        say_json(failure.json(), indent=2)
    for each in line.splitlines():
        for part in parts(each, sys.stderr):
            click.echo(part, err=True)
    return int(failure.exit_code)


def _help_of(error: click.UsageError) -> str:
    return f"`{error.ctx.command_path} --help` has more" if error.ctx else ""


def _explained(error: Exception, code: ExitCode) -> Failure:
    """What went wrong and what to do next, a line each."""
    if isinstance(error, HyperbountyError):
        return _failure(error.error_code, error.what, worded(error.next_step), code)
    if isinstance(error, click.ClickException):
        return _failure("usage", error.format_message(), "", code)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        step = "check the disk, its space and its permissions"
        return _failure("disk", f"{error.strerror or error}{where}", step, code)
    if os.environ.get("HYPERBOUNTY_DEBUG"):
        click.echo(escaped_lines(redacted_traceback(error)), err=True)
        step = "report what stands above"
    else:
        step = "run again with HYPERBOUNTY_DEBUG=1 and report what it prints"
    return _failure("internal", f"internal error, {type(error).__name__}: {error}", step, ExitCode.INTERNAL)


def _failure(code: str, what: str, next_step: str, exit_code: ExitCode) -> Failure:
    return Failure(code, redacted(_one_line(what)), redacted(_one_line(next_step)), exit_code)


def _one_line(text: str) -> str:
    return " ".join(text.split())
