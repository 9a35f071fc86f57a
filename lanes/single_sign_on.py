"""Signing in by an OpenID provider: authorization code with PKCE, state and nonce. What it says of a person is believed
only as an ID token that it signed for us, now, in answer to our question.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.errors import FleetError, PartUnavailable, RequestInvalid
from core.phi import Secret
from core.redact import known_values
from lanes.assembly import Fleet
from lanes.people import named, open_session
from lanes.sign_on_rules import Admitted, Rules, admitted, claim
from store import audit, people
from store.people import Keeper

SCOPES = "openid profile email"
PATIENCE = 10.0
"""Seconds for the person at the provider are unlimited; these are for the provider itself."""
LONGEST_WAY = 600
"""Seconds from our page to the provider and back."""
METADATA_SECONDS = 3600
LEEWAY = 60
"""Seconds that the provider's clock may be off."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures only: a code that the client's own secret can make proves nothing of a provider."""
ACTOR = "single sign-on"
_PLACE = "sign_on|way"
_ANEW = "This sign-in is too old, or was begun in another browser. Begin anew."


@dataclass(frozen=True)
class Begun:
    address: str
    """Of the provider, for the browser to go to."""
    way: Secret
    """To be brought back by the same browser: sealed."""


class SingleSignOn:
    """Every method raises PartUnavailable("sign-on", …) when the provider does not do its part."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._metadata: tuple[float, dict[str, Any]] | None = None

    @property
    def provider(self) -> str | None:
        """Its host, for people to recognise; None when there is none."""
        issuer = self._fleet.settings.oidc_issuer
        return urlsplit(issuer).hostname if issuer and self._fleet.settings.oidc_client_id else None

    async def begin(self, back: str) -> Begun:
        """`back`: our own address to which the provider sends the browser."""
        metadata = await self._described()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client(back) as client:
            address, state = client.create_authorization_url(
                metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        way = {"state": state, "nonce": nonce, "verifier": verifier, "at": int(time.time())}
        return Begun(address, Secret(self._fleet.sealer.seal(json.dumps(way), _PLACE).hex()))

    async def finish(self, back: str, way: str | None, said: Mapping[str, str]) -> Secret:
        """The cookie of an open session. `said`: what came back with the browser. Raises RequestInvalid."""
        begun = self._opened(way)
        if not secrets.compare_digest(begun["state"].encode(), said.get("state", "").encode()):
            raise RequestInvalid(_ANEW, field="state")
        metadata, rules = await self._described(), self._rules()
        if said.get("iss", metadata["issuer"]) != metadata["issuer"] or "code" not in said:
            # Also what a person sees who pressed “cancel” there.
            raise RequestInvalid(f"{self.provider} did not sign you in. Begin anew.", field="name")
        with self._client(back, await self._fleet.vault.client_secret()) as client:
            token = await self._token(client, metadata["token_endpoint"], begun["verifier"], said["code"])
        claims = await self._proven(str(token.get("id_token", "")), begun["nonce"], metadata)
        if "userinfo_endpoint" in metadata and any(claim(claims, name) is None for name in rules.claims):
            more = await self._asked(metadata["userinfo_endpoint"], token=str(token.get("access_token")))
            claims = more | claims if more.get("sub") == claims["sub"] else claims
        try:
            return await self._let_in(claims["sub"], admitted(rules, claims))
        except RequestInvalid as problem:
            await self._refused(claim(claims, rules.name), problem)
            raise

    async def way_out(self, back: str) -> str | None:
        """Where the browser may end the session at the provider as well."""
        metadata = await self._described()
        end = metadata.get("end_session_endpoint")
        asked = {"client_id": self._fleet.settings.oidc_client_id or "", "post_logout_redirect_uri": back}
        return f"{end}?{urlencode(asked)}" if isinstance(end, str) else None

    async def _token(self, client: OAuth2Session, address: str, verifier: str, code: str) -> dict[str, Any]:
        try:
            token: dict[str, Any] = await asyncio.to_thread(
                client.fetch_token, address, code=code, code_verifier=verifier, timeout=PATIENCE
            )
        except OAuthError as problem:
            raise RequestInvalid(
                f"{self.provider} did not sign you in ({_word(problem.error)}). Begin anew.", field="name"
            ) from None
        except (requests.RequestException, ValueError):
            raise self._silent() from None
        known_values.remember(*(str(token[name]) for name in ("access_token", "id_token") if name in token))
        return dict(token)

    async def _proven(self, id_token: str, nonce: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        keys = KeySet.import_key_set(await self._asked(metadata["jwks_uri"]))  # type: ignore[arg-type]
        client_id = str(self._fleet.settings.oidc_client_id)
        wanted = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": metadata["issuer"]},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
            wanted.validate(claims)
        except (JoseError, ValueError) as problem:
            raise self._unbelievable(type(problem).__name__) from None
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
            raise self._unbelievable("azp")
        return dict(claims)

    async def _let_in(self, subject: str, who: Admitted) -> Secret:
        fleet, issuer = self._fleet, str(self._fleet.settings.oidc_issuer)
        now = fleet.clock.now()
        async with fleet.database.begin() as session:
            person = await people.by_subject(session, issuer, subject)
            if person is None:
                name = named(who.name)
                if await people.named(session, name) is not None:  # somebody else's
                    name = named(f"{name}@{self.provider}")
                person = await people.add(
                    session, name, password_hash="", roles=who.roles, tins=who.tins, by=Keeper(ACTOR), now=now
                )
                person.issuer, person.subject, person.one_time = issuer, subject, False
            elif person.disabled_at is not None:
                raise RequestInvalid(f"{person.name} was put out of this console by an administrator.", field="name")
            else:
                await people.change(session, person, roles=who.roles, tins=who.tins, by=Keeper(ACTOR), now=now)
            return await open_session(session, fleet, person, as_="person.signed_in")

    async def _refused(self, name: Any, problem: FleetError) -> None:
        detail: dict[str, str | int | None] = {"name": str(name)[:64], "by": ACTOR, "why": problem.sentence}
        async with self._fleet.database.begin() as session:
            event = audit.Event("person.refused", "console", "unknown", detail)
            await audit.append(session, event, now=self._fleet.clock.now())

    async def _described(self) -> dict[str, Any]:
        """The provider's own description, kept for an hour."""
        issuer = self._fleet.settings.oidc_issuer
        if self.provider is None or issuer is None:
            raise RequestInvalid("There is no single sign-on here; sign in by name and password.", field="page")
        if self._metadata is not None and time.monotonic() < self._metadata[0]:
            return self._metadata[1]
        metadata = await self._asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = [metadata.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if metadata.get("issuer") != issuer or not all(isinstance(each, str) and _private(each) for each in needed):
            raise PartUnavailable(
                "sign-on",
                f"{self.provider} calls itself something else than FLEET_OIDC_ISSUER does, or speaks without TLS.",
                reference=str(metadata.get("issuer")),
            )
        self._metadata = (time.monotonic() + METADATA_SECONDS, metadata)
        return metadata

    async def _asked(self, address: str, token: str | None = None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if not _private(address):
            raise PartUnavailable("sign-on", "A provider of single sign-on has to be asked by https.")
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = (await client.get(address, headers=headers)).raise_for_status().json()
        except (httpx.HTTPError, ValueError):
            raise self._silent() from None
        return answer if isinstance(answer, dict) else {}

    def _client(self, back: str, secret: Secret | None = None) -> OAuth2Session:
        return OAuth2Session(
            self._fleet.settings.oidc_client_id,
            secret.reveal() if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=SCOPES,
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _rules(self) -> Rules:
        settings = self._fleet.settings
        return Rules.read(settings.oidc_rules or settings.layout.path / "sign-on.yaml")

    def _opened(self, way: str | None) -> dict[str, Any]:
        try:
            begun: dict[str, Any] = json.loads(self._fleet.sealer.open(bytes.fromhex(way or ""), _PLACE))
        except (FleetError, ValueError):
            raise RequestInvalid(_ANEW, field="state") from None
        if time.time() - begun["at"] > LONGEST_WAY:
            raise RequestInvalid(_ANEW, field="state")
        return begun

    def _silent(self) -> PartUnavailable:
        return PartUnavailable("sign-on", f"{self.provider} does not answer as it should. Try again in a while.")

    def _unbelievable(self, reference: str) -> PartUnavailable:
        sentence = f"What {self.provider} said of you cannot be believed. Tell the fleet's administrator."
        return PartUnavailable("sign-on", sentence, reference=reference)


def _private(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})


def _word(error: object) -> str:
    """An error code of OAuth, not whatever a page may hold."""
    text = str(error)
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 40 else "no reason given"
