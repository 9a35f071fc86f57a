"""Who may enter the console or ask over HTTP, for an administrator's program."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field

from console import folk as room
from console.api_door import ApiPeopleKeeper, api_room
from console.door import HouseOf
from console.folk import Given
from lanes.people import tins_from
from store.people import Known, Role

router = api_room("/people", "people")


class Allowing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    roles: list[Role] = Field(min_length=1)
    tins: list[str] | None
    """The tax IDs whose data they may see; null: all of them."""

    @property
    def scope(self) -> frozenset[str] | None:
        """Raises RequestInvalid."""
        return None if self.tins is None else tins_from(self.tins)


class LettingIn(Allowing):
    name: str = Field(examples=["kim"])
    program: bool = False
    """A system that asks over HTTP with a token of its own; nobody can sign in as it."""


class PersonTold(BaseModel):
    name: str
    roles: list[Role]
    tins: list[str] | None
    """None: all."""
    program: bool
    single_sign_on: bool
    """Their roles and tax IDs come from the provider."""
    disabled_at: datetime | None
    last_sign_in_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, each: Known) -> PersonTold:
        return cls(
            name=each.person.name,
            roles=sorted(each.roles),
            tins=None if each.tins is None else sorted(each.tins),
            program=each.person.program,
            single_sign_on=each.person.issuer is not None,
            disabled_at=each.person.disabled_at,
            last_sign_in_at=each.person.last_sign_in_at,
            created_at=each.person.created_at,
        )


class GivenTold(BaseModel):
    """Told once."""

    name: str
    one_time_password: str | None
    """A person's. It opens nothing but the page that replaces it."""
    token: str | None
    """A program's."""

    @classmethod
    def of(cls, given: Given) -> GivenTold:
        secret = given.secret.reveal()
        return cls(
            name=given.name,
            one_time_password=None if given.program else secret,
            token=secret if given.program else None,
        )


@router.get("")
async def listed(visitor: ApiPeopleKeeper, house: HouseOf) -> list[PersonTold]:
    """Those whose tax IDs are among the administrator's own."""
    return [PersonTold.of(each) for each in await room.everybody(house, visitor)]


@router.post("", status_code=HTTPStatus.CREATED)
async def let_in(said: LettingIn, visitor: ApiPeopleKeeper, house: HouseOf) -> GivenTold:
    roles = frozenset(said.roles)
    return GivenTold.of(await room.let_in(house, visitor, said.name, roles, said.scope, program=said.program))


@router.get("/{name}")
async def one(name: str, visitor: ApiPeopleKeeper, house: HouseOf) -> PersonTold:
    return PersonTold.of(await room.person(house, visitor, name))


@router.put("/{name}")
async def change(name: str, said: Allowing, visitor: ApiPeopleKeeper, house: HouseOf) -> PersonTold:
    """Roles and tax IDs anew. Whoever may something else than before is signed out everywhere."""
    await room.changed(house, visitor, name, frozenset(said.roles), said.scope)
    return PersonTold.of(await room.person(house, visitor, name))


@router.post("/{name}/reset")
async def reset(name: str, visitor: ApiPeopleKeeper, house: HouseOf) -> GivenTold:
    """For somebody who has lost password or authenticator app: both begin anew. A program gets another token."""
    return GivenTold.of(await room.begun_anew(house, visitor, name))


@router.post("/{name}/disable", status_code=HTTPStatus.NO_CONTENT)
async def disable(name: str, visitor: ApiPeopleKeeper, house: HouseOf) -> None:
    """Signs them out everywhere, for good; their tokens end as well."""
    await room.put_out(house, visitor, name)
