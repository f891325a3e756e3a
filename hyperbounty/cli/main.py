"""`hyperbounty`: the root of the command line, and the one place where errors become lines and exit codes.

Exit codes: 0 done, 1 it could not be done or the answer is no, 2 wrong usage, 130 interrupted. A command that has to
tell these two apart has one more, which its help says: `evaluator verify` ends with 3 where it could not check.
"""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import EntryPoints, entry_points

import click

from hyperbounty import __version__
from hyperbounty.cli.account import account
from hyperbounty.cli.completion import add_completion
from hyperbounty.cli.config import config
from hyperbounty.cli.deploy import add_deploy
from hyperbounty.cli.devnet import add_devnet
from hyperbounty.cli.doctor import add_doctor
from hyperbounty.cli.output import CommandFailed, escape_log, say, say_json
from hyperbounty.cli.redaction import redacted, redacted_traceback
from hyperbounty.cli.store import add_store
from hyperbounty.cli.terminal import prepare_streams
from hyperbounty.cli.wording import worded
from hyperbounty.errors import HyperbountyError
from hyperbounty.secrecy import without_keys
from hyperbounty.texts import escaped_lines


class _Registered(click.Group):
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


def guard(root: click.Command, arguments: list[str], name: str) -> int:
    """Run a click command and return its exit code; no exception of any kind leaves.

    With `--json` among the arguments, an error is printed as JSON on standard output too.
    """
    escape_log()
    try:
        code = root.main(arguments, prog_name=name, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(escaped_lines(without_keys(shown.getvalue())), err=True, nl=False)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted: nothing is lost, the same command continues", err=True)
        return 130
    except Exception as raised:  # noqa: BLE001 - the last line of defence: a user never meets a traceback
        failed = raised if isinstance(raised, CommandFailed) else CommandFailed(raised, 1)
        what, next_step = map(redacted, _explained(failed.reason))
        if "--json" in arguments:
            say_json({"error": what, "next_step": next_step})
        say(f"Error: {what}{f'; {next_step}' if next_step else ''}", err=True)
        return failed.exit_code


def _explained(error: Exception) -> tuple[str, str]:
    """What went wrong and what to do next, a line each."""
    if isinstance(error, HyperbountyError):
        return _one_line(error.what), _one_line(worded(error.next_step))
    if isinstance(error, click.ClickException):
        return _one_line(error.format_message()), ""
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return _one_line(f"{error.strerror or error}{where}"), "check the disk, its space and its permissions"
    if os.environ.get("HYPERBOUNTY_DEBUG"):
        click.echo(escaped_lines(redacted_traceback(error)), err=True)
        return f"internal error, {type(error).__name__}: {_one_line(str(error))}", "report what stands above"
    return (
        f"internal error, {type(error).__name__}: {_one_line(str(error))}",
        "run again with HYPERBOUNTY_DEBUG=1 and report what it prints",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
