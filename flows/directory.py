"""What a waker has to know of Prefect, without importing it: the API's address and the deployments' ids."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import PartUnavailable
from core.settings import Home
from flows import profiles

LANE = "lane/work"
REWAKE = "rewake/every-minute"

KEPT = "The questions are kept and will be worked when Prefect is back."


@dataclass(frozen=True)
class Directory:
    api: str
    deployments: dict[str, str]
    """Ids by `flow/deployment`."""
    profiles: str = ""
    """Where Prefect's password is."""

    @property
    def headers(self) -> dict[str, str]:
        return profiles.headers(Path(self.profiles))

    def refused(self) -> PartUnavailable:
        return PartUnavailable(
            "prefect", f"Prefect refuses the password in {self.profiles}; docs/deploy.md says how it is set. {KEPT}"
        )

    def deployment(self, name: str) -> str:
        try:
            return self.deployments[name]
        except KeyError:
            raise PartUnavailable(
                "prefect", f"Prefect does not know the deployment {name}. Run `fleet down` and `fleet up`. {KEPT}"
            ) from None

    def save(self, home: Home) -> None:
        path = _path(home)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self), indent=1))
        draft.chmod(0o600)
        draft.replace(path)


def load(home: Home) -> Directory:
    try:
        return Directory(**json.loads(_path(home).read_text()))
    except (OSError, ValueError, TypeError):
        raise PartUnavailable("prefect", f"Prefect has not been started here yet. Run `fleet up`. {KEPT}") from None


def _path(home: Home) -> Path:
    return home.prefect / "deployments.json"
