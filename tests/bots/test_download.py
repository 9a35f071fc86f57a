"""Files given away in every way, whole and broken; nothing of them stays on disk."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures_portals import Kept, Piece
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from strange_portal.files import FILES, PDF, SCAN, X12, zipped
from strange_portal.visitor import Strange

from bots.filetype import FileType, ends_early, type_of, unzipped
from bots.lane import LaneBrowser
from bots.page import Element, Page, Part, Rows
from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record
from core.errors import FleetError, PortalChanged, PortalUnavailable


class Entry(Record):
    name: str


def picture(kind: str) -> bytes:
    Image.new("L", (9, 9)).save(drawn := io.BytesIO(), kind)
    return drawn.getvalue()


class EntryRow(Part[Entry]):
    get = Element()


class FilesPage(Page, page="files"):
    direct = Element()
    form = Element()
    tab = Element()
    given_tab = Element()
    same = Element()
    viewer = Element()
    prepared = Element()
    blob = Element()
    blob_tab = Element()
    nothing = Element()
    page = Element()
    page_tab = Element()
    gone = Element()
    listed = Rows(EntryRow)


@dataclass
class Room:
    strange: Strange
    portal: Portal
    page: FilesPage
    kept: Kept

    def downloads(self) -> list[Piece]:
        return [piece for piece in self.kept.evidence if piece.kind == "download"]

    def left(self) -> list[Path]:
        """Files in the browser's scratch folder."""
        return list(self.portal.window.downloads.glob("*"))


@pytest.fixture
async def room(strange: Strange, lane: LaneBrowser) -> Room:
    kept = Kept()
    portal = Portal(strange.definition, lane._window, kept, chapter="files")
    return Room(strange, portal, await portal.go(FilesPage), kept)


@pytest.mark.parametrize(
    "way", ["direct", "form", "tab", "given_tab", "same", "viewer", "prepared", "blob", "blob_tab"]
)
async def test_a_file_comes_whole_whichever_way_it_is_given(room: Room, way: str) -> None:
    (file,) = await getattr(room.page, way).download(FileType.PDF)
    assert (file.data, file.type, file.sha256) == (PDF, FileType.PDF, hashlib.sha256(PDF).hexdigest())
    (piece,) = room.downloads()
    assert (piece.data, piece.page) == (PDF, "files")
    assert room.left() == []
    assert room.portal.window.popups == []
    assert [step.note for step in room.kept.steps][-1] == f"{way}: 1 PDF, {len(PDF)} bytes"


async def test_one_file_after_the_other_from_the_same_page(room: Room) -> None:
    for way in ("direct", "tab", "blob", "direct"):
        (file,) = await getattr(room.page, way).download(FileType.PDF)
        assert file.data == PDF
    assert room.left() == []


async def test_a_list_of_files_that_come_at_once_is_taken_whole(room: Room) -> None:
    """The browser drops the eleventh that a script offers within a second, and tells nobody."""
    files = [await room.page.blob.deliver() for _ in range(24)]
    assert {each.data for each in files} == {PDF}


async def test_a_row_has_its_own_file(room: Room) -> None:
    (file,) = await room.page.download_in("listed", 1, "get", FileType.PDF)
    assert file.data == PDF


@pytest.mark.parametrize(
    ("file", "media_type", "says"),
    [
        ("pdf", "application/pdf", None),
        ("zip", "application/zip", None),
        ("csv", "text/csv", None),
        ("html", "text/html", "The portal gave a web page in place of the file."),
        ("scan", "image/png", None),
        ("cut", "application/pdf", "The portal gave a file that is cut short."),
        ("cut scan", "image/png", "The portal gave a file that is cut short."),
        ("other", "application/octet-stream", "It is of no type that the fleet knows."),
    ],
)
async def test_a_file_of_any_type_is_kept_as_it_comes(room: Room, file: str, media_type: str, says: str | None) -> None:
    room.strange.site.weather["file"] = file
    delivery = await room.page.deliver_in("listed", 1, "get")
    assert (delivery.data, delivery.media_type, delivery.problem) == (FILES[file], media_type, says)
    (piece,) = room.downloads()
    assert piece.data == delivery.data
    document = delivery.document(DocumentKind.ATTACHMENT)
    assert (document.sha256, document.problem) == (hashlib.sha256(FILES[file]).hexdigest(), says)
    assert room.left() == []


async def test_nothing_at_all_is_told_and_not_kept(room: Room) -> None:
    room.strange.site.weather["file"] = "empty"
    delivery = await room.page.direct.deliver()
    assert (delivery.data, delivery.problem) == (b"", "The portal gave an empty file.")
    assert room.downloads() == []


async def test_a_zip_gives_the_files_that_were_wanted(room: Room) -> None:
    room.strange.site.weather["file"] = "zip"
    first, second = await room.page.direct.download(FileType.X12)
    assert first.data == second.data == X12
    assert len(room.downloads()) == 2
    assert room.left() == []


@pytest.mark.parametrize("way", ["direct", pytest.param("tab", marks=pytest.mark.deep)])
@pytest.mark.parametrize(
    ("file", "error", "says"),
    [
        ("empty", PortalUnavailable, "an empty file"),
        ("blank", PortalUnavailable, "an empty file"),
        ("html", PortalUnavailable, "a web page in place of the file"),
        ("cut", PortalUnavailable, "cut short"),
        ("other", PortalChanged, "an unknown type in place of PDF"),
        ("x12", PortalChanged, "X12 in place of PDF"),
        ("csv", PortalChanged, "CSV in place of PDF"),
    ],
)
async def test_what_is_not_the_file_is_no_file(
    room: Room, way: str, file: str, error: type[FleetError], says: str
) -> None:
    room.strange.site.weather["file"] = file
    with pytest.raises(error) as refused:
        await getattr(room.page, way).download(FileType.PDF)
    told = f"{refused.value.sentence} {refused.value.reference}"
    assert says in told
    assert "Roe" not in told
    assert room.downloads() == []
    assert room.left() == []


@pytest.mark.parametrize(
    ("file", "error", "says"),
    [
        ("cut zip", PortalUnavailable, "cut short"),
        ("zip of pdf", PortalChanged, "a zip without X12 in it"),
        ("zip of a page", PortalChanged, "a zip without X12 in it"),
        ("zip of too much", PortalChanged, "larger than 30 MB"),
        ("large", PortalChanged, "larger than 30 MB"),
        ("broken off", PortalUnavailable, "broke off the file"),
    ],
)
async def test_zips_and_transfers_that_go_wrong(room: Room, file: str, error: type[FleetError], says: str) -> None:
    room.strange.site.weather["file"] = file
    with pytest.raises(error) as refused:
        await room.page.direct.download(FileType.X12)
    assert says in f"{refused.value.sentence} {refused.value.reference}"
    assert room.left() == []


async def test_a_tab_with_too_much_in_it_is_not_read_to_its_end(room: Room) -> None:
    room.strange.site.weather["file"] = "large"
    with pytest.raises(PortalChanged) as changed:
        await room.page.tab.download(FileType.X12)
    assert "larger than" in changed.value.reference


@pytest.mark.parametrize("way", ["direct", "page_tab"])
async def test_a_file_that_never_ends_is_given_up(room: Room, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.download._TRANSFER_SECONDS", 1)
    room.strange.site.weather["file"] = "endless"
    with pytest.raises(PortalUnavailable, match="did not finish the file in its time"):
        await getattr(room.page, way).download(FileType.PDF)


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("page", "a web page came in place of the file"),
        pytest.param("page_tab", "a web page came in place of the file", marks=pytest.mark.deep),
        pytest.param("gone", "missing", marks=pytest.mark.deep),
    ],
)
async def test_no_file_is_a_changed_portal(room: Room, way: str, says: str) -> None:
    with pytest.raises(PortalChanged) as changed:
        await getattr(room.page, way).download(FileType.PDF)
    assert says in changed.value.reference
    assert changed.value.element == way


async def test_a_click_that_gives_nothing_is_told_in_time(room: Room) -> None:
    hurried = Portal(room.strange.short_of_time(2), room.portal.window, room.kept, chapter="files")
    page = await hurried.go(FilesPage)
    with pytest.raises(PortalChanged) as changed:
        await page.nothing.download(FileType.PDF)
    assert "no file came" in changed.value.reference


async def test_a_file_that_nobody_asked_for_is_not_kept(room: Room) -> None:
    await room.page.direct.click()
    await room.portal.rest()
    (file,) = await room.page.form.download(FileType.PDF)
    assert file.data == PDF
    assert len(room.downloads()) == 1
    assert room.left() == []


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, FileType.PDF),
        (b"\n\n" + PDF, FileType.PDF),
        (X12, FileType.X12),
        (b"\xef\xbb\xbf" + X12, FileType.X12),
        (b"ISAAC NEWTON", None),
        (zipped(("a", b"b")), FileType.ZIP),
        (b"PK\x03\x04" + bytes(26) + PDF, FileType.ZIP),  # not compressed, so that its PDF can be seen
        (SCAN, FileType.PNG),
        (picture("JPEG"), FileType.JPEG),
        (picture("TIFF"), FileType.TIFF),
        (b"<!-- saved --> <HTML>", FileType.HTML),
        (b"<?xml version='1.0'?><a/>", None),
        (b'{"a": 1, "b": 2}', None),
        (b"check,amount\n", FileType.CSV),
        (b"check\tamount", FileType.CSV),
        (b'check,amount\r\n0042,"7,10"\r\n', FileType.CSV),
        (b"Remittances of Lakeside Clinic\n\ncheck;amount\n0042;7,10\n", FileType.CSV),
        (b"Check number,Paid on,Amount", FileType.CSV),
        (b"The report could not be created, please try again later.", None),
        (b"Sorry, that did not work.\nPlease try again, or call us.\n", None),
        (b"Dear provider,\n\nwe have paid claim E1.\n", None),
        (b"\x00\x01,\x02", None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_types_are_told_by_content(data: bytes, kind: FileType | None) -> None:
    assert type_of(data) is kind


@pytest.mark.parametrize("whole", [PDF, SCAN, picture("JPEG"), zipped(("a", b"b"))])
def test_the_end_of_a_file_is_missed(whole: bytes) -> None:
    assert not ends_early(whole)
    assert ends_early(whole[:-15])


@given(st.binary(max_size=2000))
def test_no_bytes_bring_the_judge_down(noise: bytes) -> None:
    for data in (noise, PDF[:30] + noise, zipped(("a", X12))[:60] + noise):
        type_of(data)
        ends_early(data)
        unzipped(data, limit=1000)


def test_a_zip_is_never_unpacked_beyond_its_limit() -> None:
    bomb = zipped(("a", b"0" * 5_000_000), ("b", b"0" * 5_000_000))
    with pytest.raises(OverflowError):
        unzipped(bomb, limit=1_000_000)
    with pytest.raises(OverflowError):
        unzipped(zipped(*((str(number), b"") for number in range(300))), limit=1000)
    assert unzipped(zipped(("a", b"1"), ("b", b"2")), limit=2) == [b"1", b"2"]
