from __future__ import annotations

import base64
import gzip
import html
import json
import quopri
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from cli.demo.canary import Search, dates, names
from cli.demo.leaks import leaks, told_by_processes
from core.settings import Home

PASSWORD = "Öl&zahn<7>-kran=ich+4"


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: text.upper().encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: json.dumps({"password": text}).encode(),
        lambda text: quote(text, safe="").encode(),
        lambda text: html.escape(text).encode(),
        lambda text: text.encode().hex().encode(),
        lambda text: base64.b64encode(text.encode()),
        lambda text: base64.b64encode(b"u:" + text.encode() + b" "),
        lambda text: base64.urlsafe_b64encode(b"user:" + text.encode()),
        lambda text: "".join(f"&#{ord(letter)};" for letter in text).encode(),
        lambda text: "".join(f"&#x{ord(letter):x};" for letter in text).encode(),
        lambda text: json.dumps(text).replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026").encode(),
        lambda text: "".join(rf"\u{ord(letter):04x}" for letter in text).encode(),
        lambda text: repr({"password": text}).encode(),
        lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")).encode(),
        lambda text: base64.b64encode(text.encode("utf-16-le")),
        lambda text: base64.b32encode(text.encode()),
        lambda text: text.encode().hex(":").encode(),
        lambda text: quopri.encodestring(text.encode()),
        lambda text: gzip.compress(b"{" + text.encode() + b"}"),
    ],
)
def test_finds_a_value_however_it_is_written(written: Callable[[str], bytes], tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\x00something " + written(PASSWORD) + b" else")
    if written(PASSWORD).startswith(b"\x1f\x8b"):
        (tmp_path / "log").write_bytes(written(PASSWORD))
    assert {hit.label for hit in Search({"password": [PASSWORD]}).folders(tmp_path)} == {"password"}


def test_finds_a_value_in_a_database_an_archive_and_a_file_name(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "fleet.db")
    database.execute("create table run (note)")
    database.execute("insert into run values (?)", (PASSWORD,))
    database.commit()
    database.close()
    with zipfile.ZipFile(tmp_path / "trace.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("resources/0.html", f"<input value='{PASSWORD}'>")
    (tmp_path / "W123456789.png").touch()
    found = Search({"password": [PASSWORD], "member id": ["W123456789"]}).folders(tmp_path)
    assert {(hit.label, Path(hit.place).name) for hit in found} == {
        ("password", "fleet.db"),
        ("password", "0.html"),
        ("member id", "W123456789.png"),
    }


def test_finds_a_value_that_lies_across_two_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.demo.canary.CHUNK", 16)
    (tmp_path / "log").write_bytes(b"x" * 9 + PASSWORD.encode() + b"x" * 9)
    assert Search({"password": [PASSWORD]}).folders(tmp_path)


@pytest.mark.parametrize("text", ["took 12.345678 s", "id 9345678", "0x345678ab"])
def test_digits_of_a_longer_number_are_no_code(text: str) -> None:
    assert not Search({"code": ["345678"]}).text(text, "log")
    assert Search({"code": ["345678"]}).text("code=345678;", "log")


def test_knows_days_and_names_as_people_write_them() -> None:
    search = Search({"birth date": dates(date(1987, 3, 9)), "name": names("Zoë", "O'Brien")})
    for text in ("03/09/1987", "3/9/1987", "March 9, 1987", "19870309", "O'BRIEN, ZOË", "Zo\\u00eb O'Brien"):
        assert search.text(f"({text})", "page"), text
    assert not search.text("1987-03-10 Zoe Brien", "page")


def test_old_files_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(PASSWORD, encoding="utf-8")
    changed = (tmp_path / "log").stat().st_mtime
    assert not Search({"password": [PASSWORD]}).folders(tmp_path, since=changed + 1)


def test_half_an_archive_is_searched_as_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as archive:
        archive.writestr("trace", f"something {PASSWORD} else")
    whole = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "whole.zip").write_bytes(whole[: len(whole) // 2])
    assert {hit.label for hit in Search({"password": [PASSWORD]}).folders(tmp_path)} == {"password"}


@pytest.mark.parametrize("where", ["arguments", "environment"])
def test_finds_a_value_that_a_process_of_the_fleet_shows(tmp_path: Path, where: str) -> None:
    home, search = Home(tmp_path / "home"), Search({"password": [PASSWORD]})
    home.tmp.mkdir(parents=True)
    assert leaks(home, {"password": {PASSWORD}}, "nothing", since=home.tmp.stat().st_mtime + 3600) == set()
    arguments = [sys.executable, "-c", "input()", *([PASSWORD] if where == "arguments" else [])]
    environment = {"TMPDIR": str(home.tmp), **({"PASSWORD": PASSWORD} if where == "environment" else {})}
    with subprocess.Popen(arguments, env=environment, stdin=subprocess.PIPE) as process:
        found = {hit.label for hit in told_by_processes(search, home)}
        process.communicate(b"\n")
    assert found == {"password"}


def test_a_file_that_goes_while_it_is_read_is_no_trouble(tmp_path: Path) -> None:
    going = tmp_path / "going"
    going.write_text("Zebra O'Quincanary")
    hits = Search({"name": ["Zebra O'Quincanary"]})._file(going)
    found = next(hits)
    going.unlink()
    assert [found, *hits] == [found]
