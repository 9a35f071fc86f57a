"""Exports as the password managers write them."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RequestInvalid
from core.password_exports import ExportedLogin, read_export

PASSWORD = 'p"a,s\ns&amp;<>ß'
SEED = "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"

LASTPASS = """url,username,password,totp,extra,name,grouping,fav
https://apps.availity.com/login,rhayes,"p""a,s
s&amp;<>ß",JBSW Y3DP EHPK 3PXP,"two
lines",Availity North,Shared-Billing\\Payers,0
http://sn,,,,"NoteType:Bank",Bank,,0
https://secure.uhcprovider.com/#/claims,bot,secret,,,UHC,,1
"""
ONEPASSWORD = """\ufeffTitle,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes
Availity,https://apps.availity.com,rhayes,secret,"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",false,false,,
Old,https://apps.availity.com,gone,secret,,false,true,,
"""
BITWARDEN_CSV = """folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp
Payers,,login,Availity,,,0,"https://apps.availity.com,https://essentials.availity.com",rhayes,secret,JBSWY3DPEHPK3PXP
Payers,,note,Wifi,text,,0,,,,
"""


def bitwarden(**login: Any) -> bytes:
    item = {"type": 1, "name": "Availity", "login": login, "favorite": False, "fields": [{"name": "pin"}]}
    note = {"type": 2, "name": "note", "secureNote": {"type": 0}}
    binned = {"type": 1, "name": "binned", "login": login, "deletedDate": "2026-01-01T00:00:00Z"}
    return json.dumps({"encrypted": False, "folders": [], "items": [note, item, binned]}).encode()


def onepux(member: str = "export.data", text: str | None = None) -> bytes:
    login = {
        "categoryUuid": "001",
        "state": "active",
        "overview": {
            "title": "Availity",
            "url": "https://apps.availity.com/login",
            "urls": [{"label": "", "url": "https://essentials.availity.com"}],
        },
        "details": {
            "loginFields": [
                {"designation": "username", "value": "rhayes", "name": "u"},
                {"designation": "password", "value": "secret", "name": "p"},
                {"designation": "", "value": "stay", "name": "remember"},
            ],
            "sections": [{"title": "", "fields": [{"value": {"string": "x"}}, {"value": {"totp": SEED}}]}],
        },
    }
    card = {"categoryUuid": "002", "overview": {"title": "Visa"}, "details": {"loginFields": [], "sections": []}}
    old = {**login, "state": "archived"}
    export = {"accounts": [{"attrs": {}, "vaults": [{"attrs": {}, "items": [card, login, old]}]}]}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.attributes", '{"version": 3}')
        archive.writestr(member, json.dumps(export) if text is None else text)
        archive.writestr("files/letter.pdf", b"%PDF")
    return packed.getvalue()


def told(login: ExportedLogin) -> tuple[str, tuple[str, ...], str, str, str | None]:
    seed = login.seed.reveal() if login.seed else None
    return login.title, login.hosts, login.username.reveal(), login.password.reveal(), seed


def test_lastpass() -> None:
    first, second = map(told, read_export(LASTPASS.encode()))
    assert first == ("Availity North", ("apps.availity.com",), "rhayes", PASSWORD, "JBSW Y3DP EHPK 3PXP")
    assert second == ("UHC", ("secure.uhcprovider.com",), "bot", "secret", None)


@pytest.mark.parametrize(
    ("export", "hosts", "seed"),
    [
        (ONEPASSWORD.encode(), ("apps.availity.com",), SEED),
        (onepux(), ("apps.availity.com", "essentials.availity.com"), SEED),
        (BITWARDEN_CSV.encode(), ("apps.availity.com", "essentials.availity.com"), "JBSWY3DPEHPK3PXP"),
        (
            bitwarden(uris=[{"uri": "apps.availity.com"}], username="rhayes", password="secret", totp=None),
            ("apps.availity.com",),
            None,
        ),
    ],
)
def test_the_others(export: bytes, hosts: tuple[str, ...], seed: str | None) -> None:
    assert [told(each) for each in read_export(export)] == [("Availity", hosts, "rhayes", "secret", seed)]


def test_a_password_that_a_browser_wrote_as_html_is_noticed() -> None:
    first, second = read_export(LASTPASS.encode())
    assert (first.escaped, second.escaped) == (True, False)
    assert first.unescaped().password.reveal() == PASSWORD.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("export", "says"),
    [
        (b"", "no password manager"),
        (b"a,b\n1,2\n", "no password manager"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[1, 2]", "no export of Bitwarden"),
        (b'{"encrypted": true, "data": "2.x"}', "encrypted"),
        (b'{"items": [{"name": "no type"}]}', "no export of Bitwarden"),
        (onepux(member="other"), r"no \.1pux"),
        (onepux(text="{}"), "no export of 1Password"),
        (onepux()[:200], r"no \.1pux"),
    ],
)
def test_what_is_no_export_ends_in_a_sentence(export: bytes, says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        read_export(export)


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_no_file_ends_in_anything_else(data: bytes) -> None:
    with contextlib.suppress(RequestInvalid):
        read_export(data)


def test_a_bomb_stays_packed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.data", b" " * (65 * 2**20))
    assert len(packed.getvalue()) < 2**20
    with pytest.raises(RequestInvalid, match="too large"):
        read_export(packed.getvalue())
