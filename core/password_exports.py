"""Logins out of the export files of password managers: LastPass, 1Password and Bitwarden. In memory only.

Formats as their makers document them: LastPass CSV, 1Password CSV and .1pux, Bitwarden CSV and JSON.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from core.errors import RequestInvalid
from core.phi import Secret
from core.zips import UNREADABLE

LARGEST = 64 * 2**20
"""Bytes, of a file and of what is packed in it: a practice has hundreds of logins, not millions."""
_MEMBER = "export.data"
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|#39|#x27);")
_COLUMNS: Mapping[str, tuple[str, str, str, str, str]] = {
    # title, address, user name, password, seed
    "LastPass": ("name", "url", "username", "password", "totp"),
    "1Password": ("title", "url", "username", "password", "otpauth"),
    "Bitwarden": ("name", "login_uri", "login_username", "login_password", "login_totp"),
}

E = TypeVar("E", bound=BaseModel)


@dataclass(frozen=True)
class ExportedLogin:
    title: str
    hosts: tuple[str, ...]
    username: Secret
    password: Secret
    seed: Secret | None

    @property
    def escaped(self) -> bool:
        """Whether the password looks as if a browser had written it as HTML, which LastPass exports are known for."""
        return _ESCAPED.search(self.password.reveal()) is not None

    def unescaped(self) -> ExportedLogin:
        return replace(self, password=Secret(html.unescape(self.password.reveal())))


def read_export(data: bytes) -> list[ExportedLogin]:
    """Every login with a user name or a password, in the order of the file; notes, cards and archived ones are left
    out. Raises RequestInvalid, without a word of what the file holds.
    """
    if len(data) > LARGEST:
        raise _refused("The file is too large for an export of logins.")
    if data[:4] == b"PK\x03\x04":
        found = _parsed(_OnePassword, _unpacked(data), "1Password").logins()
    else:
        text = _decoded(data)
        is_json = text.lstrip()[:1] in ("{", "[")
        found = _parsed(_Bitwarden, text, "Bitwarden").logins() if is_json else _from_csv(text)
    return [each for each in found if each.username.reveal() or each.password.reveal()]


def _from_csv(text: str) -> Iterator[ExportedLogin]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _refused("The file cannot be read as CSV; export it again.") from None
    named = [{(name or "").strip().casefold(): cell for name, cell in row.items()} for row in rows]
    known = named[0].keys() if named else set()
    columns = next((each for each in _COLUMNS.values() if {*each[:4]} <= known), None)
    if columns is None:
        makers = ", ".join(_COLUMNS)
        raise _refused(f"The columns are those of no password manager that the fleet knows: {makers}.")
    for row in named:
        title, address, username, password, seed = (str(row.get(column) or "") for column in columns)
        is_note = address.strip() == "http://sn" or row.get("type", "login") not in ("login", "")
        if not is_note and str(row.get("archived", "")).casefold() != "true":
            yield _login(title, address.split(","), username, password, seed)


class _Lenient(BaseModel):
    """Reads what it needs; exports carry much more, and more with each version."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


class _Address(_Lenient):
    uri: str | None = None
    url: str | None = None


class _BitwardenLogin(_Lenient):
    uris: tuple[_Address, ...] | None = None
    username: str | None = None
    password: str | None = None
    totp: str | None = None


class _BitwardenItem(_Lenient):
    type: int
    name: str | None = None
    login: _BitwardenLogin | None = None
    deleted_date: str | None = None


class _Bitwarden(_Lenient):
    encrypted: bool = False
    items: tuple[_BitwardenItem, ...] = ()

    def logins(self) -> Iterator[ExportedLogin]:
        if self.encrypted:
            raise _refused(
                "This export is encrypted; export it from Bitwarden again as plain .json and shred it after."
            )
        for item in self.items:
            if item.type == 1 and item.login is not None and item.deleted_date is None:
                found = item.login
                addresses = [each.uri or "" for each in found.uris or ()]
                yield _login(item.name, addresses, found.username, found.password, found.totp)


class _Value(_Lenient):
    totp: str | None = None


class _Field(_Lenient):
    value: _Value = _Value()

    @field_validator("value", mode="before")
    @classmethod
    def _of_any_kind(cls, value: Any) -> Any:
        return value if isinstance(value, dict) and "totp" in value else {}


class _Section(_Lenient):
    fields_: tuple[_Field, ...] = Field((), alias="fields")


class _LoginField(_Lenient):
    designation: str | None = None
    value: str | None = None


class _Details(_Lenient):
    login_fields: tuple[_LoginField, ...] = ()
    sections: tuple[_Section, ...] = ()

    def designated(self, name: str) -> str | None:
        return next((each.value for each in self.login_fields if each.designation == name), None)

    @property
    def totp(self) -> str | None:
        return next(
            (field.value.totp for section in self.sections for field in section.fields_ if field.value.totp), None
        )


class _Overview(_Lenient):
    title: str | None = None
    url: str | None = None
    urls: tuple[_Address, ...] | None = None


class _Item(_Lenient):
    category_uuid: str
    state: str | None = None
    overview: _Overview
    details: _Details


class _Vault(_Lenient):
    items: tuple[_Item, ...]


class _Account(_Lenient):
    vaults: tuple[_Vault, ...]


class _OnePassword(_Lenient):
    accounts: tuple[_Account, ...]

    def logins(self) -> Iterator[ExportedLogin]:
        for item in (item for account in self.accounts for vault in account.vaults for item in vault.items):
            if item.category_uuid == "001" and item.state != "archived":
                shown, details = item.overview, item.details
                addresses = [shown.url or "", *(each.url or "" for each in shown.urls or ())]
                username, password = details.designated("username"), details.designated("password")
                yield _login(shown.title, addresses, username, password, details.totp)


def _unpacked(data: bytes) -> str:
    """The one member that matters; attachments stay packed, and so does a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(_MEMBER) as member:
            text = member.read(LARGEST + 1)
    except (*UNREADABLE, KeyError):
        raise _refused("This zip is no .1pux export of 1Password.") from None
    if len(text) > LARGEST:
        raise _refused("The file is too large for an export of logins.")
    return _decoded(text)


def _login(
    title: str | None, addresses: Iterable[str], username: str | None, password: str | None, seed: str | None
) -> ExportedLogin:
    hosts = tuple(dict.fromkeys(host for each in addresses if (host := _host(each))))
    return ExportedLogin(
        title=(title or "").strip(),
        hosts=hosts,
        username=Secret((username or "").strip()),
        password=Secret(password or ""),
        seed=Secret(seed.strip()) if seed and seed.strip() else None,
    )


def _host(address: str) -> str:
    address = address.strip()
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("The file is not written in UTF-8; export it again.") from None


def _parsed(shape: type[E], text: str, maker: str) -> E:
    try:
        return shape.model_validate_json(text)
    except ValidationError:
        raise _refused(f"The file is no export of {maker} that the fleet can read; export it again.") from None


def _refused(sentence: str) -> RequestInvalid:
    return RequestInvalid(sentence, field="file")
