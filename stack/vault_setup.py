"""What a vault must hold before the fleet can use it: mounts, policies, key names, roles.

The embedded server does it to itself at its first start; a newer release brings policies, keys and roles up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.settings import ROOT
from core.vault.paths import vault_paths
from payers.registry import keepers

CONTROL_PLANE = "control-plane"
"""The command line and the stack on this machine."""
WORKER = "worker"
CONSOLE = "console"
STEWARD = "steward"
"""Brings the vault up to date, and is used for nothing else."""

LOOPBACK = ("127.0.0.0/8",)

_RENEWED: Mapping[str, Any] = {"token_period": "15m", "secret_id_num_uses": 1, "secret_id_ttl": "5m"}
"""For as long as its process lives; one that was killed leaves a token for 15 minutes at most."""
_LIFETIMES: Mapping[str, Mapping[str, Any]] = {
    CONTROL_PLANE: {"token_ttl": "15m", "token_max_ttl": "15m"},
    STEWARD: {"token_ttl": "5m", "token_max_ttl": "5m"},
    WORKER: _RENEWED,
    CONSOLE: _RENEWED,
}


@dataclass(frozen=True, slots=True)
class SetupRequest:
    path: str
    data: Mapping[str, Any]


def worker_roles() -> dict[str, list[str]]:
    """Of workers that are let in for some portals only: for each keeper of accounts a role, and its portals."""
    return {vault_paths().worker_of(keeper): portals for keeper, portals in keepers().items()}


def roles_for(portals: Collection[str]) -> list[str]:
    """Of a worker of these portals; of none in particular: the one that may do everything."""
    return [role for role, its in worker_roles().items() if {*its} & {*portals}] if portals else [WORKER]


def foundation(*, totp_engine: bool = True) -> list[SetupRequest]:
    """Once in a vault's life, by whoever may do everything."""
    mounts = vault_paths().mounts
    engine = [SetupRequest(f"sys/mounts/{mounts.codes}", {"type": "totp"})] if totp_engine else []
    return [
        SetupRequest(f"sys/mounts/{mounts.logins}", {"type": "kv", "options": {"version": "2"}}),
        *engine,
        SetupRequest(f"sys/mounts/{mounts.keys}", {"type": "transit"}),
        SetupRequest(f"sys/auth/{mounts.roles}", {"type": "approle"}),
    ]


def rules(*, from_addresses: Sequence[str] = (), with_steward: bool = False) -> list[SetupRequest]:
    """May be repeated. The steward cannot write its own role, so only the first round is `with_steward`."""
    paths = vault_paths()
    policies = [SetupRequest(f"sys/policies/acl/{name}", {"policy": text}) for name, text in _policies().items()]
    keys = [SetupRequest(f"{paths.mounts.keys}/keys/{key}", {"type": "aes256-gcm96"}) for key in paths.data_keys]
    keys.append(SetupRequest(f"{paths.mounts.keys}/keys/{paths.signing_key}", {"type": "ed25519"}))
    roles = [
        SetupRequest(
            _role(name),
            {
                "token_policies": [name],
                "token_no_default_policy": True,
                "token_bound_cidrs": list(from_addresses),
                "secret_id_bound_cidrs": list(from_addresses),
                **lifetime,
            },
        )
        for name, lifetime in (*_LIFETIMES.items(), *((role, _RENEWED) for role in worker_roles()))
        if with_steward or name != STEWARD
    ]
    # These came later than the first vaults: they are named here, where vaults are brought up to date.
    return [*policies, *keys, *roles, *(role_id(name) for name in (CONSOLE, *worker_roles()))]


def role_id(name: str) -> SetupRequest:
    """Role-ids are no secrets; fixed ones need not be handed around."""
    return SetupRequest(f"{_role(name)}/role-id", {"role_id": name})


def secret_id_from(file: Path, name: str) -> SetupRequest:
    """For self-initialisation: the server reads the secret-id from a file, so that no configuration holds it."""
    source = {"eval_source": "file", "eval_type": "string", "path": str(file)}
    return SetupRequest(f"{_role(name)}/custom-secret-id", {"secret_id": source})


def digest(requests: Sequence[SetupRequest]) -> str:
    """Changes when a release brings other rules."""
    text = json.dumps([[request.path, dict(request.data)] for request in requests], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def as_commands(requests: Sequence[SetupRequest]) -> str:
    """For an administrator of a vault that somebody else runs, signed in to it: a script for `bao`, or `vault`."""
    lines = [f"bao write {request.path} - <<'END'\n{json.dumps(dict(request.data))}\nEND\n" for request in requests]
    return "".join(["set -e\n", *lines])


def as_self_initialisation(requests: Sequence[SetupRequest]) -> str:
    """OpenBao carries the blocks out in order, as a root whose token nobody ever sees."""
    blocks = (
        f'  request "step-{number}" {{\n'
        f'    operation = "update"\n    path = {_hcl(request.path)}\n    data = {_hcl(request.data)}\n  }}\n'
        for number, request in enumerate(requests)
    )
    return f'initialize "fleet" {{\n{"".join(blocks)}}}\n'


def main() -> None:
    arguments = argparse.ArgumentParser(prog="stack.vault_setup", description="Print what makes a vault the fleet's.")
    arguments.add_argument("--from", dest="addresses", metavar="CIDR", action="append", default=[])
    arguments.add_argument("--without-totp-engine", action="store_true", help="Seeds are kept beside the logins.")
    given = arguments.parse_args()
    ours = (role_id(role) for role in (WORKER, CONTROL_PLANE))
    mounts = foundation(totp_engine=not given.without_totp_engine)
    sys.stdout.write(as_commands([*mounts, *rules(from_addresses=given.addresses), *ours]))


def _policies() -> dict[str, str]:
    """By name. A line of a file with a $word in it stands for as many lines as the word has meanings."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "secrets" / "policies").glob("*.hcl")}
    paths, roles = vault_paths(), worker_roles()
    everywhere = {"portal": ["+"], "keeper": ["+"], "codes": ["*"], "role": list(roles)}
    policies = {name: _written_out(text, everywhere) for name, text in sorted(files.items())}
    for keeper, portals in keepers().items():
        codes = [paths.code.format(portal=portal, account="*") for portal in portals]
        meanings = {"portal": portals, "keeper": [keeper], "codes": codes}
        policies[paths.worker_of(keeper)] = _written_out(files[WORKER], meanings)
    return policies


def _written_out(text: str, meanings: Mapping[str, Sequence[str]]) -> str:
    lines: list[str] = []
    for line in text.splitlines():
        word = next((word for word in meanings if f"${word}" in line), None)
        lines += [line] if word is None else [line.replace(f"${word}", meaning) for meaning in meanings[word]]
    return "".join(f"{line}\n" for line in lines)


def _role(name: str) -> str:
    return f"auth/{vault_paths().mounts.roles}/role/{name}"


def _hcl(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_hcl(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_hcl(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
