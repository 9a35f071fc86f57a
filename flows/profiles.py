"""Prefect's file of profiles, mode 0600: the one place where its password lies, for servers and workers alike.

Prefect reads the file by itself (PREFECT_PROFILES_PATH); whoever rings without Prefect takes the password from here.
`python -m flows.profiles` writes a new one to its standard output. Quick to import: no Prefect.
"""

from __future__ import annotations

import secrets
import sys
import tomllib
from pathlib import Path

import urllib3

_SERVER, _CLIENT = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"


def new() -> str:
    """With a password by chance."""
    login = f"fleet:{secrets.token_urlsafe(32)}"
    return f'active = "fleet"\n\n[profiles.fleet]\n{_SERVER} = "{login}"\n{_CLIENT} = "{login}"\n'


def headers(profiles: Path) -> dict[str, str]:
    """What a request needs; none where there is no file, for servers without a password."""
    try:
        told = tomllib.loads(profiles.read_text(encoding="utf-8"))
        return urllib3.make_headers(basic_auth=told["profiles"][told["active"]][_CLIENT])
    except (OSError, ValueError, LookupError, TypeError):
        return {}


if __name__ == "__main__":
    sys.stdout.write(new())
