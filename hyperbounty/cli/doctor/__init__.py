"""`hyperbounty doctor`: whether everything that the commands need is there, and what to do about what is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.doctor.finding import Finding, State, found_by
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.light_imports import load_chain_lightly


@click.option("--skip-backends", is_flag=True, help="Do not start what trains: it takes seconds.")
def _doctor(session: Session, skip_backends: bool) -> Result:
    """Check this installation, the node, the contract, the store and the accounts.

    It sends nothing and changes nothing. A fault is what some command would fail on, and comes with what to do. A
    remark is something to know. Exit code 0 where there is no fault.
    """
    load_chain_lightly()
    with progress("checking") as work:
        findings = []
        for finding in _findings(session, backends=not skip_backends):
            findings.append(finding)
            work.update(what=f"checked {finding.check}")
    faults = [finding for finding in findings if finding.state is State.FAULT]
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    return Result(
        {"well": not faults, "checks": [_json(finding) for finding in findings]},
        [f"{count}: see what to do." if faults else "All is well.", *_lines(findings)],
        exit_code=ExitCode.DIFFERS if faults else ExitCode.DONE,
    )


def _findings(session: Session, *, backends: bool) -> Iterator[Finding]:
    from hyperbounty.cli.doctor.keeping import check_accounts, check_disk, check_store
    from hyperbounty.cli.doctor.machine import check_backends, check_extras, check_processor, check_python
    from hyperbounty.cli.doctor.node import check_node, check_settings

    yield from check_python()
    yield from check_extras()
    yield from check_processor()
    if backends:
        yield from check_backends()
    yield from found_by("disk", lambda: check_disk(session.home))
    well = True
    for finding in found_by("configuration", lambda: check_settings(session)):
        well = finding.state is not State.FAULT
        yield finding
    if not well:
        return
    yield from found_by("node", lambda: check_node(session))
    yield from found_by("store", lambda: check_store(session))
    yield from found_by("accounts", lambda: check_accounts(session))


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"  {finding.state.value:<6}  {finding.check}: {finding.what}"
        if finding.next_step:
            yield f"  {'':<6}  to do: {finding.next_step}"


def _json(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check,
        "level": finding.state.value.lower(),
        "finding": finding.what,
        "next_step": finding.next_step,
    }


def add_doctor(cli: click.Group) -> None:
    """Add `doctor` to the root group."""
    examples = ["", "--profile sepolia --skip-backends"]
    looks = interruption.UNCHANGED
    command(cli, "doctor", chain=True, store=True, account=True, examples=examples, interrupted=looks)(_doctor)
