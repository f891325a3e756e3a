"""The settings of one command, put together: option before environment before file before what is built in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.config.file import ConfigFile
from hyperbounty.config.readers import Unfit
from hyperbounty.config.table import (
    DEFAULT_PROFILE,
    EMBEDDED_PROFILE,
    PROFILE_VARIABLE,
    SETTINGS,
    Setting,
    built_in_profiles,
)
from hyperbounty.config.web import WEB_READERS, WebSettings
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import nearest
from hyperbounty.money import format_amount
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.secrecy import without_keys


class Source(Enum):
    """Who settled a value, the strongest first."""

    OPTION = "option"
    VARIABLE = "variable"
    FILE = "file"
    BUILT_IN = "built in"
    DEFAULT = "default"

    def is_above(self, other: Source) -> bool:
        """Whether what this one says counts before what `other` says."""
        order = list(Source)
        return order.index(self) < order.index(other)


@dataclass(frozen=True)
class Origin:
    """Where a value came from: `where` is what the caller calls it, the variable, FILE:LINE or the built-in profile."""

    source: Source
    where: str

    def __str__(self) -> str:
        return self.where


@dataclass(frozen=True)
class Settings:
    """What counts for one command; `hyperbounty.config.table` has the names in file and environment.

    Attributes:
        profile: the name of the profile.
        rpc: URL of the node; it may hold a provider's key, so it is never shown as it is.
        chain_id: that the node must have; None for any.
        contract: address of the contract that a command works with, whichever it is; ask `contract_of`.
        contracts: addresses of contracts by their names; ask `contract_of`.
        account: keystore name, or devnet-N.
        password_file: with the keystore's password; ask `password_file_for`.
        password_owner: the account that stands beside it in the same table of the configuration file, if one does.
        ipfs: address of an IPFS node; None for the embedded store.
        gateways: asked for content that the store does not have.
        web: of who serves a site.
        origins: where the values came from, by key of the file, with `profile`; those of the site by `web.KEY`.

    `confirmations`, `max_fee_wei`, `priority_fee_wei`, `replace_after_seconds` and `outage_seconds` are those of
    `SendingPolicy`.
    """

    profile: str
    rpc: str | None = field(repr=False)
    chain_id: int | None
    contract: str | None
    contracts: Mapping[str, str]
    confirmations: int
    max_fee_wei: int | None
    priority_fee_wei: int | None
    replace_after_seconds: float
    outage_seconds: float
    account: str | None
    password_file: Path | None
    password_owner: str | None
    ipfs: str | None = field(repr=False)
    gateways: tuple[str, ...] = field(repr=False)
    web: WebSettings
    origins: Mapping[str, Origin]

    @property
    def policy(self) -> SendingPolicy:
        """How transactions are sent."""
        return SendingPolicy(
            confirmations=self.confirmations,
            max_fee_wei=self.max_fee_wei,
            priority_fee_wei=self.priority_fee_wei,
            replace_after_seconds=self.replace_after_seconds,
            outage_seconds=self.outage_seconds,
        )

    def contract_of(self, name: str) -> tuple[str, Origin] | None:
        """The address that is set for the contract `name`, and what sets it; None for the one known on the chain.

        The stronger source counts; where both settings are of one source, the one that has the name.
        """
        named = self.contracts.get(name)
        by_name = self.origins["contracts"]
        for_any = self.origins["contract"]
        if self.contract is not None and (named is None or for_any.source.is_above(by_name.source)):
            return self.contract, for_any
        return None if named is None else (named, by_name)

    def password_file_for(self, account: str) -> Path | None:
        """The password file, unless the configuration file names it for another account."""
        return self.password_file if self.password_owner in (None, account) else None

    def node(self) -> str:
        """The URL of the node.

        Raises:
            InvalidInput: the profile is the embedded chain, or names no node.
        """
        if self.rpc is not None:
            return self.rpc
        if self.profile == EMBEDDED_PROFILE:
            raise InvalidInput(
                "the embedded chain ends with the process it runs in, so no other command would see what this one did",
                NextStep(
                    "run {} in another terminal and take {}; only SetUp.py runs embedded",
                    Action("devnet"),
                    Parameter("profile", "devnet"),
                ),
            )
        raise InvalidInput(
            f"the profile {self.profile} names no node",
            NextStep(
                'add rpc = "https://…" under [profiles.{}], set HYPERBOUNTY_RPC, or pass {}',
                self.profile,
                Parameter("rpc"),
            ),
        )


def resolve(
    options: Mapping[str, object],
    environment: Mapping[str, str],
    file: ConfigFile | None,
    *,
    profile: str | None = None,
    folder: Path,
    called: Callable[[Parameter], str] = str,
) -> Settings:
    """The settings that count.

    Args:
        options: values given for this one command, by key; None for those that were not.
        environment: of the process; a variable that is empty counts as not set.
        file: the configuration file, if there is one.
        profile: named for this one command.
        folder: that relative paths of options and variables start from.
        called: what the user calls an option, for messages and origins.

    Raises:
        InvalidInput: there is no such profile, a value does not fit, or two contradict each other.

    >>> settings = resolve({"account": "ada"}, {"HYPERBOUNTY_MAX_FEE": "30 gwei"}, None, folder=Path())
    >>> settings.profile, settings.node(), settings.account, settings.max_fee_wei
    ('devnet', 'http://127.0.0.1:8545', 'ada', 30000000000)
    >>> str(settings.origins["max_fee"]), str(settings.origins["account"])
    ('HYPERBOUNTY_MAX_FEE', 'account')
    """
    name, chosen = _profile(profile, environment, file, called)
    values: dict[str, Any] = {}
    origins = {"profile": chosen}
    for setting in SETTINGS:
        candidates = _candidates(setting, options, environment, file, name, folder, called)
        values[setting.field], origins[setting.key] = next(candidates)
    # Who names a node and no profile means that node, not the devnet.
    if (
        chosen.source is Source.DEFAULT
        and origins["rpc"].source in (Source.OPTION, Source.VARIABLE)
        and origins["chain_id"].source is Source.BUILT_IN
    ):
        values["chain_id"] = None
        origins["chain_id"] = Origin(Source.DEFAULT, "default")
    _check_fees(values, origins)
    owner = _password_owner(file, name) if file and origins["password_file"].source is Source.FILE else None
    web = file.web if file else {}
    for key in WEB_READERS:
        origins[f"web.{key}"] = Origin(Source.FILE, web[key].where) if key in web else Origin(Source.DEFAULT, "default")
    of_site = WebSettings(**{key: found.value for key, found in web.items()})
    return Settings(profile=name, password_owner=owner, web=of_site, origins=origins, **values)


def _password_owner(file: ConfigFile, profile: str) -> str | None:
    of_profile = file.profiles.get(profile, {})
    table = of_profile if "password_file" in of_profile else file.shared
    return table["account"].value if "account" in table else None


def _profile(
    named: str | None, environment: Mapping[str, str], file: ConfigFile | None, called: Callable[[Parameter], str]
) -> tuple[str, Origin]:
    variable = environment.get(PROFILE_VARIABLE, "").strip()
    if named is not None:
        name = named
        origin = Origin(Source.OPTION, called(Parameter("profile")))
    elif variable:
        name = variable
        origin = Origin(Source.VARIABLE, PROFILE_VARIABLE)
    elif file is not None and file.profile is not None:
        name = file.profile.value
        origin = Origin(Source.FILE, file.profile.where)
    else:
        return DEFAULT_PROFILE, Origin(Source.DEFAULT, "default")
    known = {*built_in_profiles(), *(file.profiles if file else ())}
    if name not in known:
        raise InvalidInput(f"there is no profile {without_keys(name)!r} ({origin})", nearest(name, known))
    return name, origin


def _candidates(
    setting: Setting,
    options: Mapping[str, object],
    environment: Mapping[str, str],
    file: ConfigFile | None,
    profile: str,
    folder: Path,
    called: Callable[[Parameter], str],
) -> Iterator[tuple[object, Origin]]:
    """Every value that is there, the strongest first; each is read only when it is asked for."""
    option = options.get(setting.key)
    if option is not None:
        yield _read(setting, option, Origin(Source.OPTION, called(Parameter(setting.key))), folder)
    variable = environment.get(setting.variable, "").strip()
    if variable:
        yield _read(setting, variable, Origin(Source.VARIABLE, setting.variable), folder)
    for table in (file.profiles.get(profile, {}), file.shared) if file else ():
        if setting.key in table:
            yield table[setting.key].value, Origin(Source.FILE, table[setting.key].where)
    built_in = built_in_profiles().get(profile, {})
    if setting.key in built_in:
        yield built_in[setting.key], Origin(Source.BUILT_IN, f"profile {profile}, built in")
    yield setting.default, Origin(Source.DEFAULT, "default")


def _read(setting: Setting, value: object, origin: Origin, folder: Path) -> tuple[object, Origin]:
    written = setting.from_text(value) if isinstance(value, str) else value
    try:
        return setting.read(str(written) if isinstance(written, Path) else written, folder), origin
    except Unfit as unfit:
        raise InvalidInput(f"{unfit.part_of(str(origin))} must be {unfit}", f"correct {origin}") from None


def _check_fees(values: Mapping[str, Any], origins: Mapping[str, Origin]) -> None:
    cap = values["max_fee_wei"]
    tip = values["priority_fee_wei"]
    if cap is not None and tip is not None and tip > cap:
        raise InvalidInput(
            f"priority_fee ({format_amount(tip)}, {origins['priority_fee']}) is above "
            f"max_fee ({format_amount(cap)}, {origins['max_fee']}), which includes it",
            "raise max_fee or lower priority_fee",
        )
