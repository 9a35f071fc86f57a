"""The adapters: one folder each, found by its manifest.yaml."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from bots.definition import LoginScreens, PasswordJourney, PortalDefinition, RecoveryJourney
from bots.selectors import SelectorError, joined, load_selectors
from bots.signals import check_signals
from core.capabilities.catalog import capability
from core.manifest import Manifest
from core.registration import Checklist
from core.settings import ROOT
from core.yaml_text import loaded

EnvironmentName = Literal["simulator", "live"]
M = TypeVar("M", bound=BaseModel)


class AdapterError(ValueError):
    """An adapter's data or code is not whole. The text names the file."""


def portal_ids() -> list[str]:
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/manifest.yaml"))


def keepers() -> dict[str, list[str]]:
    """Who keeps accounts, and of which portals: mostly of one."""
    kept: dict[str, list[str]] = {}
    for manifest in map(load_manifest, portal_ids()):
        kept.setdefault(manifest.keeper, []).append(manifest.id)
    return kept


def portals_of(payer: str, capability: str) -> list[str]:
    """Portals that can be asked this of a payer of that id or name: where to go next, when another portal names it."""
    manifests = map(load_manifest, portal_ids())
    return [each.id for each in manifests if payer and each.payer(payer) and capability in each.capabilities]


def load_portals(environment: EnvironmentName, *, simulator_port: int | None = None) -> dict[str, PortalDefinition]:
    """Every portal that has this environment. Raises AdapterError.

    The simulator's port differs from machine to machine, so it is not in the manifests.
    """
    definitions = (load_portal(each, environment, simulator_port=simulator_port) for each in portal_ids())
    return {definition.manifest.id: definition for definition in definitions if definition is not None}


def load_portal(
    portal: str, environment: EnvironmentName, *, simulator_port: int | None = None
) -> PortalDefinition | None:
    manifest = load_manifest(portal)
    where = manifest.environments.get(environment)
    if where is None:
        return None
    try:
        selectors = load_selectors(ROOT / "selectors" / portal)
        if manifest.identity_provider is not None:
            selectors = joined(load_selectors(ROOT / "selectors" / manifest.identity_provider), selectors)
        check_signals(selectors)
    except SelectorError as error:
        raise AdapterError(str(error)) from error
    url = f"{where.url}:{simulator_port}" if environment == "simulator" and simulator_port is not None else where.url
    login = importlib.import_module(f"payers.{portal}.login").LOGIN
    if not isinstance(login, LoginScreens):
        raise AdapterError(f"payers/{portal}/login.py: LOGIN must be LoginScreens")
    modules = {name: importlib.import_module(f"payers.{portal}.{name}") for name in manifest.capabilities}
    journeys = {name: getattr(module, capability(name).journey) for name, module in modules.items()}
    taken = {kind for rule in manifest.submissions for kind in rule.kinds}
    sendings = {
        name: getattr(module, sends.journey)
        for name, module in modules.items()
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


def _password_journey(manifest: Manifest) -> PasswordJourney | None:
    """Of whoever keeps the accounts."""
    if manifest.password is None or manifest.password.changed_by == "person":
        return None
    module = importlib.import_module(f"payers.{manifest.keeper}.password")
    journey: PasswordJourney = module.change_password
    return journey


def load_checklist(portal: str) -> Checklist:
    """What it takes until the portal is open to an organization; what is common to all where it has nothing of its own.

    Raises AdapterError.
    """
    folder = Path(__file__).parent
    common, own = folder / "registration.yaml", folder / portal / "registration.yaml"
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
    journey: RecoveryJourney = importlib.import_module(f"payers.{manifest.keeper}.recovery").recover
    return journey


def load_manifest(portal: str) -> Manifest:
    path = Path(__file__).parent / portal / "manifest.yaml"
    manifest = _read(Manifest, path)
    if manifest.id != portal:
        raise AdapterError(f"{path}: the id must be the folder's name, {portal}")
    return manifest


def _read(model: type[M], path: Path) -> M:
    try:
        return model.model_validate(loaded(path.read_text("utf-8")))
    except ValidationError as problems:
        problem = problems.errors(include_url=False)[0]
        raise AdapterError(f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}") from None
