"""The adapters: one folder each, found by its manifest.yaml, here or in the operator's own tree (FLEET_ADAPTERS)."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ValidationError

import payers
from bots.definition import LoginScreens, PasswordJourney, PortalDefinition, RecoveryJourney
from bots.selectors import SelectorError, joined, load_selectors
from bots.signals import check_signals
from core.capabilities.catalog import capability
from core.errors import FleetError, NextStep, RequestInvalid
from core.manifest import Manifest
from core.registration import Checklist
from core.settings import ROOT
from core.yaml_text import loaded

EnvironmentName = Literal["simulator", "live"]
A = TypeVar("A")
M = TypeVar("M", bound=BaseModel)


class AdapterError(FleetError):
    """An adapter's data or code is not whole. The sentence names the file."""

    next_step = NextStep.ASK_DEVELOPER


def trees() -> tuple[Path, ...]:
    """Folders that hold payers/ and selectors/: the fleet's, and the operator's own (docs/adr/0025).

    Raises RequestInvalid.
    """
    named = os.environ.get("FLEET_ADAPTERS")  # of core.settings, which take longer to read than the file that is wanted
    if not named:
        return (ROOT,)
    own = Path(named)
    code = own.absolute() / "payers"
    if not code.is_dir():
        sentence = f"{code} is no folder; FLEET_ADAPTERS names the one that holds payers/ and selectors/."
        raise RequestInvalid(sentence, field="adapters")
    if str(code) not in payers.__path__:
        payers.__path__.append(str(code))
    return (ROOT, own.absolute())


def folder(kind: Literal["payers", "selectors"], portal: str) -> Path:
    """Where the code or the selector data of a portal lies, or would in this tree. A name is taken once: ours first."""
    places = [tree / kind / portal for tree in trees()]
    return next((place for place in places if place.is_dir()), places[0])


def portal_ids() -> list[str]:
    return sorted({path.parent.name for tree in trees() for path in (tree / "payers").glob("*/manifest.yaml")})


class Adapters(NamedTuple, Generic[A]):
    """What was read of each adapter, by portal. One that is not whole keeps no other from its work."""

    whole: dict[str, A]
    broken: dict[str, AdapterError]


def manifests() -> Adapters[Manifest]:
    """As far as data alone tell; `read_portals` has the code of each too."""
    return _each(load_manifest)


def _each(read: Callable[[str], A]) -> Adapters[A]:
    found = Adapters[A]({}, {})
    for portal in portal_ids():
        try:
            load_checklist(portal)
            found.whole[portal] = read(portal)
        except AdapterError as problem:
            found.broken[portal] = problem
    return found


def keepers() -> dict[str, list[str]]:
    """Who keeps accounts, and of which portals: mostly of one."""
    kept: dict[str, list[str]] = {}
    for manifest in manifests().whole.values():
        kept.setdefault(manifest.keeper, []).append(manifest.id)
    return kept


def portals_of(payer: str, capability: str) -> list[str]:
    """Portals that can be asked this of a payer of that id or name: where to go next, when another portal names it."""
    known = manifests().whole.values()
    return [each.id for each in known if payer and each.payer(payer) and capability in each.capabilities]


def read_portals(environment: EnvironmentName, *, simulator_port: int | None = None) -> Adapters[PortalDefinition]:
    """Every portal that has this environment.

    The simulator's port differs from machine to machine, so it is not in the manifests: a portal for trials that has
    a port of its own is no part of it.
    """
    found = _each(lambda portal: load_portal(portal, environment, simulator_port=simulator_port))
    here = {portal: definition for portal, definition in found.whole.items() if definition is not None}
    return Adapters(here, found.broken)


def load_portals(environment: EnvironmentName, *, simulator_port: int | None = None) -> dict[str, PortalDefinition]:
    """The same, where all of them have to be whole. Raises AdapterError."""
    found = read_portals(environment, simulator_port=simulator_port)
    for problem in found.broken.values():
        raise problem
    return found.whole


def load_portal(
    portal: str, environment: EnvironmentName, *, simulator_port: int | None = None
) -> PortalDefinition | None:
    """Raises AdapterError, whatever is wrong with its files."""
    manifest = load_manifest(portal)
    where = manifest.environments.get(environment)
    if where is None:
        return None
    try:
        selectors = load_selectors(folder("selectors", portal))
        if manifest.identity_provider is not None:
            selectors = joined(load_selectors(folder("selectors", manifest.identity_provider)), selectors)
        check_signals(selectors)
    except SelectorError as error:
        raise AdapterError(str(error)) from error
    except Exception as fault:  # whatever ails the data of an adapter, the sentence names its folder
        raise AdapterError(f"selectors/{portal}: {fault}") from fault
    own_port = environment == "live" or simulator_port is None or urlsplit(where.url).port is not None
    url = where.url if own_port else f"{where.url}:{simulator_port}"
    login = _named(portal, "login", "LOGIN")
    if not isinstance(login, LoginScreens):
        raise AdapterError(f"payers/{portal}/login.py: LOGIN must be LoginScreens")
    try:
        journeys = {name: _named(portal, name, capability(name).journey) for name in manifest.capabilities}
    except RequestInvalid as unknown:
        raise AdapterError(f"payers/{portal}/manifest.yaml: {unknown.sentence}") from unknown
    taken = {kind for rule in manifest.submissions for kind in rule.kinds}
    sendings = {
        name: _named(portal, name, sends.journey)
        for name in manifest.capabilities
        if (sends := capability(name).sends) is not None and taken & {*sends.kinds}
    }
    return PortalDefinition(
        manifest,
        selectors,
        login,
        journeys,
        url,
        where.hosts,
        password=_password_journey(manifest),
        recovery=_recovery_journey(manifest),
        sendings=sendings,
    )


def _named(portal: str, module: str, name: str) -> Any:
    """What a module of an adapter calls so. Raises AdapterError."""
    file = f"payers/{portal}/{module}.py"
    try:
        return getattr(importlib.import_module(f"payers.{portal}.{module}"), name)
    except (Exception, SystemExit) as fault:  # whatever ails the code of an adapter, the sentence names its file
        what = f"{file} is missing" if not (folder("payers", portal) / f"{module}.py").exists() else f"{file}: {fault}"
        raise AdapterError(what) from fault


def _password_journey(manifest: Manifest) -> PasswordJourney | None:
    """Of whoever keeps the accounts."""
    if manifest.password is None or manifest.password.changed_by == "person":
        return None
    journey: PasswordJourney = _named(manifest.keeper, "password", "change_password")
    return journey


def load_checklist(portal: str) -> Checklist:
    """What it takes until the portal is open to an organization; what is common to all where it has nothing of its own.

    Raises AdapterError.
    """
    common, own = ROOT / "payers" / "registration.yaml", folder("payers", portal) / "registration.yaml"
    shared = _read(Checklist, common)
    if not own.exists():
        return shared
    try:
        return shared.of_portal(_read(Checklist, own))
    except ValueError as problem:
        raise AdapterError(f"{own}: {problem}") from None


def _recovery_journey(manifest: Manifest) -> RecoveryJourney | None:
    """As for passwords."""
    if manifest.recovery is None:
        return None
    journey: RecoveryJourney = _named(manifest.keeper, "recovery", "recover")
    return journey


def load_manifest(portal: str) -> Manifest:
    path = folder("payers", portal) / "manifest.yaml"
    manifest = _read(Manifest, path)
    if manifest.id != portal:
        raise AdapterError(f"{path}: the id must be the folder's name, {portal}")
    return manifest


def _read(model: type[M], path: Path) -> M:
    try:
        return model.model_validate(loaded(path.read_text("utf-8")))
    except ValidationError as problems:
        first = problems.errors(include_url=False)[0]
        raise AdapterError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise AdapterError(f"{path}: {problem}") from None
