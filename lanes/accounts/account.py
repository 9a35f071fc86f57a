"""Credentials that are one account: those of one user name on the portals of one identity provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import PortalUnavailable
from core.manifest import Manifest
from core.phi import Secret
from core.seal import Sealer
from core.vault.seeds import parse_seed
from store import credentials, password_changes
from store.credentials import Credential, CredentialState

_LOOK_AGAIN = timedelta(seconds=30)


def account_mark(sealer: Sealer, manifest: Manifest, username: Secret) -> str:
    """Portals take a user name in capitals too, and people save it so."""
    return sealer.blind(f"{manifest.keeper}\0{username.reveal().strip().casefold()}", "account of a portal")


def seed_mark(sealer: Sealer, seed: Secret) -> str:
    """Raises RequestInvalid for what is no seed."""
    return sealer.blind(parse_seed(seed).base32.reveal(), "totp seed")


async def of_the_account(
    session: AsyncSession, portals: Mapping[str, Manifest], credential: Credential
) -> Sequence[str]:
    """Their ids, its own among them."""
    return of_one_account(portals, credential, await credentials.all_of(session))


def of_one_account(
    portals: Mapping[str, Manifest], credential: Credential, known: Iterable[Credential]
) -> Sequence[str]:
    """The ids of those among the known ones, its own too."""
    keeper = portals[credential.portal].keeper
    sharing = {portal for portal, manifest in portals.items() if manifest.keeper == keeper}
    return [each.id for each in known if each.portal in sharing and credentials.is_one_account(credential, each)]


async def others_in_use(
    session: AsyncSession, portals: Mapping[str, Manifest], credential: Credential
) -> Sequence[Credential]:
    """The others of the account, without those that are retired."""
    ids = await of_the_account(session, portals, credential)
    others = [await credentials.get(session, each) for each in ids if each != credential.id]
    return [each for each in others if each.state is not CredentialState.RETIRED]


async def wait_for_others(
    session: AsyncSession, portals: Mapping[str, Manifest], credential: Credential, *, now: datetime, changing: bool
) -> None:
    """Raises PortalUnavailable while another credential of the account changes the password; where it is to be changed,
    also while another one types it. To be called in the transaction that notes what one is about to do: it locks all of
    them until that ends.
    """
    ids = await of_the_account(session, portals, credential)
    if len(ids) > 1:
        await credentials.all_locked(session, ids)
    for each in await others_in_use(session, portals, credential):
        if await password_changes.any_of(session, each.id) or (
            changing and await credentials.types_password(session, each, now=now)
        ):
            raise PortalUnavailable(
                f"The password of this account is in use on {portals[each.portal].name}; this goes on in a moment. If "
                f"it does not, `fleet credentials test {each.name} --portal {each.portal}` finds out how it stands.",
                retry_at=now + _LOOK_AGAIN,
            )
