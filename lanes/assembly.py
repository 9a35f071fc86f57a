"""Everything a process needs to work with the fleet's truth, opened once."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from bots.definition import PortalDefinition
from core.manifest import Manifest
from core.seal import Sealer
from core.settings import ROOT, Settings
from core.vault import Vault
from lanes.bells import Bell, LocalBell, ServerBell
from lanes.clock import Clock, SystemClock
from lanes.news import News
from lanes.notices import Notices
from lanes.sent_codes import Waiting
from payers.registry import AdapterError, folder, manifests, read_portals
from store.database import Database
from store.keys import open_sealer
from store.objects import EvidenceStore, FolderStore

log = structlog.get_logger()

_READS = (".py", ".js", ".yaml")


@dataclass(frozen=True)
class Fleet:
    settings: Settings
    database: Database
    vault: Vault
    sealer: Sealer
    evidence: EvidenceStore
    portals: Mapping[str, Manifest]
    """Those that have the settings' environment, by id."""
    adapter_versions: Mapping[str, str]
    broken: dict[str, AdapterError] = field(default_factory=dict)
    """Adapters that nobody can be asked by, and why: each by itself. A process that reads their code knows more."""
    clock: Clock = field(default_factory=SystemClock)
    news: News = field(default_factory=News)
    notices: Notices = field(default_factory=Notices)
    waiting: Waiting = field(default_factory=Waiting)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings, vault: Vault) -> AsyncIterator[Fleet]:
        """Raises PartUnavailable. The vault stays the caller's to close."""
        database = Database.open(settings.store)
        news = News(_bell(settings, database))
        try:
            known, broken = manifests()
            yield cls(
                settings=settings,
                database=database,
                vault=vault,
                sealer=await open_sealer(database, vault),
                evidence=evidence_store(settings),
                portals={name: each for name, each in known.items() if settings.environment in each.environments},
                adapter_versions={name: adapter_version(each) for name, each in known.items()},
                broken=broken,
                news=news,
                notices=Notices.of(settings),
            )
        finally:
            await news.close()
            await database.close()

    def check_whole(self, portal: str) -> None:
        """Raises AdapterError."""
        if portal in self.broken:
            raise self.broken[portal]

    def read_adapters(self, *, simulator_port: int | None = None) -> Mapping[str, PortalDefinition]:
        """Code and data of each that is whole; what ails the others goes into `broken` and into the log."""
        found = read_portals(self.settings.environment, simulator_port=simulator_port)
        self.broken.update(found.broken)
        for portal, problem in found.broken.items():
            log.error("an adapter is left out", portal=portal, error=problem.code, sentence=problem.sentence)
        return found.whole


def _bell(settings: Settings, database: Database) -> Bell:
    return ServerBell(database) if database.is_shared else LocalBell(settings.layout.run)


def evidence_store(settings: Settings) -> EvidenceStore:
    """Raises RequestInvalid for a place that makes no sense."""
    if settings.evidence is None:
        return FolderStore(settings.layout.evidence)
    from store.s3 import S3Store  # noqa: PLC0415 - boto3 takes 0.3 s that a folder does not need

    return S3Store(settings.evidence, endpoint=settings.evidence_endpoint)


def adapter_version(manifest: Manifest) -> str:
    """Of all code and selector data that reads this portal's pages: tells which reading an answer came from."""
    content = hashlib.sha256()
    names = filter(None, (manifest.id, manifest.identity_provider))
    folders = [ROOT / "bots", ROOT / "payers" / "shapes"]
    folders += [path for name in names for path in (folder("payers", name), folder("selectors", name))]
    there = [each for each in folders if each.is_dir()]
    for path in (path for each in there for path in sorted(each.iterdir()) if path.suffix in _READS):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:12]
