"""One AppRole's token, and every way in which a vault can fail in one sentence with its cure. Blocking; thread-safe."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import hvac
import requests
from hvac import exceptions as vault_errors
from hvac.adapters import JSONAdapter

from core.errors import PartUnavailable
from core.phi import Secret
from core.redact import known_values
from core.vault.contract import VaultConnection
from core.vault.paths import vault_paths

TIMEOUT = (2.0, 10.0)
"""Seconds to connect, and to wait for an answer."""
_SPARE_SECONDS = 30.0
"""A token that has less than this left is not used any more."""
_SOONEST_RENEWAL = 1.0

_WHAT_HAPPENED: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((ssl.SSLCertVerificationError,), "shows a certificate that is not the fleet's; check {ca_file}."),
    ((requests.exceptions.ConnectTimeout,), "cannot be reached; check the network and that it runs."),
    (
        (requests.exceptions.Timeout,),
        "did not answer within {seconds:.0f} seconds; try again when it has less to do.",
    ),
    ((requests.exceptions.RequestException,), "does not answer; start it with `fleet up`."),
    (
        (vault_errors.Forbidden, vault_errors.Unauthorized),
        "does not allow “{role}” to do this, or its token has ended; start the fleet again with `fleet up`.",
    ),
    (
        (vault_errors.VaultDown, vault_errors.VaultNotInitialized),
        "is sealed: it lacks the seal key that its data was made with. Put the key back, then `fleet up`.",
    ),
    (
        (vault_errors.InternalServerError,),
        "refuses all work; nearly always it cannot write its audit file. Make room on that disk.",
    ),
    (
        (Exception,),
        "answers in a way the fleet does not know; if it has just started, wait a moment, else look at its log.",
    ),
)
"""First match counts; each goes on from “The vault at …”."""


class NotThere(PartUnavailable):
    """The path is empty. Callers know what that means and say it better."""


class Refused(PartUnavailable):
    """The vault understood the request and would not have it."""

    def __init__(self, address: str, detail: str) -> None:
        super().__init__("vault", f"The vault at {address} refused a request of the fleet.", reference=detail)
        self.detail = detail


class VaultSession:
    def __init__(self, connection: VaultConnection) -> None:
        known_values.remember(connection.secret_id.reveal())
        self._connection = connection
        self._client = _client(connection.address, connection.ca_file)
        self._lock = threading.Lock()
        self._ends_at = 0.0
        """By the monotonic clock; 0 before the first login."""
        self._lifetime = 0.0
        self._closed = False

    def ask(self, request: Callable[[hvac.Client], Any]) -> Any:
        with self._lock:
            if self._ends_at - time.monotonic() < min(_SPARE_SECONDS, self._lifetime / 2):
                self._log_in()
        with _explained(self._connection):
            return request(self._client)

    def log_in(self) -> None:
        with self._lock:
            self._log_in()

    def log_out(self) -> None:
        """The token is dead afterwards, and this session does not get another one."""
        with self._lock:
            self._closed = True
            self._ends_at = 0.0
            try:
                if self._client.token:
                    with _explained(self._connection):
                        self._client.auth.token.revoke_self()
            finally:
                self._client.token = ""
                self._client.adapter.close()

    async def keep_alive(self) -> None:
        """Renews the token until it is cancelled. While the vault is down it tries at shrinking intervals, until
        the token's end; from then on every request says that the token has ended.
        """
        while (left := self._ends_at - time.monotonic()) > 0:
            await asyncio.sleep(max(left / 3, _SOONEST_RENEWAL))
            try:
                await asyncio.to_thread(self._renew)
            except PartUnavailable:
                continue

    def _renew(self) -> None:
        with _explained(self._connection):
            answer = self._client.auth.token.renew_self()
        self._ends_at = time.monotonic() + answer["auth"]["lease_duration"]

    def _log_in(self) -> None:
        if self._closed:
            raise PartUnavailable("vault", "The session with the vault was closed; start the command again.")
        connection = self._connection
        try:
            with _explained(connection):
                answer = self._client.auth.approle.login(
                    connection.role_id,
                    connection.secret_id.reveal(),
                    use_token=False,
                    mount_point=vault_paths().mounts.roles,
                )
        except Refused as refused:
            raise PartUnavailable(
                "vault",
                f"The vault at {connection.address} does not let “{connection.role_id}” in: its secret-id is used up, "
                "expired or wrong. Start the fleet again with `fleet up`, which hands out new ones.",
                reference=refused.detail,
            ) from None
        token = answer["auth"]["client_token"]
        known_values.remember(token)
        self._client.token = token
        self._lifetime = float(answer["auth"]["lease_duration"])
        self._ends_at = time.monotonic() + self._lifetime


def unwrap_secret_id(address: str, ca_file: Path, wrapping_token: Secret) -> Secret:
    """Only what the control plane wrapped is taken: another wrapped secret may have been slipped to us."""
    known_values.remember(wrapping_token.reveal())
    client = _client(address, ca_file)
    connection = VaultConnection(address, ca_file, "wrapping", wrapping_token)
    try:
        with _explained(connection):
            seen = client.write_data("sys/wrapping/lookup", data={"token": wrapping_token.reveal()})
        _from_control_plane(address, seen["data"]["creation_path"])
        client.token = wrapping_token.reveal()
        with _explained(connection):
            answer = client.sys.unwrap()
    except (Refused, NotThere) as refused:
        raise PartUnavailable(
            "vault",
            "The worker's ticket to the vault was opened before, has expired, or did not come from the control plane. "
            "If nobody restarted anything, have an administrator look at the vault's audit file; then `fleet up`.",
            reference=refused.reference,
        ) from None
    finally:
        client.adapter.close()
    return Secret(answer["data"]["secret_id"])


def _from_control_plane(address: str, creation_path: str) -> None:
    if not (
        creation_path.startswith(f"auth/{vault_paths().mounts.roles}/role/") and creation_path.endswith("/secret-id")
    ):
        raise Refused(address, f"wrapped at {creation_path}")


class _Answers(JSONAdapter):  # type: ignore[misc]  # hvac has no types
    """hvac hands on what is neither an error nor JSON as if it were an answer: the redirect of a vault that has just
    started and is not in charge yet.
    """

    def request(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().request(*args, **kwargs)
        if isinstance(answer, requests.Response) and answer.status_code != HTTPStatus.NO_CONTENT:
            raise vault_errors.VaultError(f"status {answer.status_code} without an answer")
        return answer


def _client(address: str, ca_file: Path) -> hvac.Client:
    session = requests.Session()
    # Proxies, .netrc and CA bundles of the environment have no say in how the vault is reached.
    session.trust_env = False
    session.verify = str(ca_file)
    # An empty token keeps hvac from taking VAULT_TOKEN or ~/.vault-token.
    return hvac.Client(address, token="", session=session, timeout=TIMEOUT, allow_redirects=False, adapter=_Answers)


@contextmanager
def _explained(connection: VaultConnection) -> Iterator[None]:
    """`from None` throughout: what requests and hvac chain on holds the request, and the request holds secrets."""
    try:
        yield
    except vault_errors.InvalidPath:
        raise NotThere("vault", f"The vault at {connection.address} has nothing there.") from None
    except (vault_errors.InvalidRequest, vault_errors.ParamValidationError) as error:
        raise Refused(connection.address, _detail(error)) from None
    except (requests.exceptions.RequestException, vault_errors.VaultError) as error:
        happened = _certificate_refused(error) or error
        rest = next(rest for kinds, rest in _WHAT_HAPPENED if isinstance(happened, kinds))
        rest = rest.format(role=connection.role_id, ca_file=connection.ca_file, seconds=TIMEOUT[1])
        sentence = f"The vault at {connection.address} {rest}"
        raise PartUnavailable("vault", sentence, reference=_detail(error) or type(error).__name__) from None


def _certificate_refused(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """A connection that broke while it was being made is an SSLError of requests as well."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__context__
    return error


def _detail(error: Exception) -> str:
    """What the server said; servers do not repeat what they were sent, and the registry takes out the rest."""
    errors = getattr(error, "errors", None) or ()
    return known_values.scrub(" ".join("; ".join(map(str, errors)).split()))
