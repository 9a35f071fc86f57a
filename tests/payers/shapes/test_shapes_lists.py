"""Lists are turned to their end, and one that counts other rows than it shows is never an answer. No browser."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bots.page import Element, Page
from bots.portal import Portal
from bots.selectors import PageSpec
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.lists import GrowingPage, PagedPage, each_page, whole


class Leaf(Record):
    rows: tuple[str, ...]
    total: int | None


class BookPage(PagedPage[Leaf], page="book"):
    async def listing(self) -> Leaf:
        return cast("Book", self.portal).open()


class Book:
    """A portal that has this one list."""

    page: type[BookPage] = BookPage

    def __init__(self, total: int | None, *leaves: str) -> None:
        self.total = total
        self.leaves = leaves
        self.at = 0
        self.proofs: list[Any] = []

    def open(self) -> Leaf:
        return Leaf(rows=tuple(self.leaves[self.at]), total=self.total)

    def bind(self, _page: Page, _element: Element) -> Book:
        return self

    async def click(self) -> None:
        self.at += 1

    async def landed_on(self, page: type[Page], *, about: Any = None) -> Page:
        self.proofs.append(about)
        return page(cast("Portal", self), cast("PageSpec", None))

    async def read(self) -> str:
        portal = cast("Portal", self)
        first = self.page(portal, cast("PageSpec", None))
        return "".join(["".join(shown.rows) async for _, shown, _ in each_page(portal, first, "rows", {"id": "7"})])


async def test_every_page_is_turned_to_and_proves_which_it_is() -> None:
    book = Book(5, "ab", "cd", "e")
    assert await book.read() == "abcde"
    assert book.proofs == [{"id": "7", "page": 2, "first": 3}, {"id": "7", "page": 3, "first": 5}]


@pytest.mark.parametrize("total", [0, None])
async def test_a_list_without_rows_is_at_its_end(total: int | None) -> None:
    assert await Book(total, "").read() == ""


@pytest.mark.parametrize(
    "book",
    [Book(3, "ab", ""), Book(1, "ab"), Book(None, "ab"), Book(2, ""), Book(3, "ab", "cd")],
)
async def test_a_list_that_counts_other_rows_than_it_shows_is_no_answer(book: Book) -> None:
    with pytest.raises(PortalChanged):
        await book.read()


class UncountedPage(BookPage, page="uncounted"):
    counted = False


class Uncounted(Book):
    page = UncountedPage

    async def there(self) -> bool:
        return self.at < len(self.leaves) - 1


async def test_a_list_that_states_no_total_ends_where_no_page_follows() -> None:
    assert await Uncounted(None, "ab", "cd", "e").read() == "abcde"


@pytest.mark.parametrize("book", [Book(4, "ab", "ab"), Uncounted(None, "ab", "ab", "cd")])
async def test_a_page_that_comes_again_is_not_counted_twice(book: Book) -> None:
    with pytest.raises(PortalChanged) as changed:
        await book.read()
    assert changed.value.reference == "the same page came again"


class ScrollPage(GrowingPage[Leaf], page="scroll"):
    async def read(self) -> Leaf:
        return cast("Scroll", self.portal).open()


class UncountedScrollPage(ScrollPage, page="uncounted_scroll"):
    counted = False


class Scroll(Book):
    """Its leaves are what is shown after so many clicks; `more` is offered until the last."""

    def __init__(self, total: int | None, *leaves: str, offers: int | None = None) -> None:
        super().__init__(total, *leaves)
        self.offers = len(leaves) - 1 if offers is None else offers

    async def there(self) -> bool:
        return self.at < self.offers

    async def read(self) -> str:
        kind = UncountedScrollPage if self.total is None else ScrollPage
        first = kind(cast("Portal", self), cast("PageSpec", None))
        return "".join((await whole(cast("Portal", self), first, "rows")).rows)


@pytest.mark.parametrize(
    ("growing", "shows"),
    [
        (Scroll(5, "ab", "abcd", "abcde"), "abcde"),
        (Scroll(0, ""), ""),
        (Scroll(None, "ab", "abcd", "abcde"), "abcde"),
        (Scroll(None, "ab"), "ab"),
        (Scroll(None, ""), ""),
        # Two and two: the portal notices only at the next click that there was nothing more.
        (Scroll(None, "ab", "abcd", "abcd"), "abcd"),
    ],
)
async def test_a_list_that_grows_is_read_to_its_end(growing: Scroll, shows: str) -> None:
    assert await growing.read() == shows


@pytest.mark.parametrize(
    "growing", [Scroll(3, "ab", "ab", "ab"), Scroll(1, "ab"), Scroll(None, "ab", "ab", "abc"), Scroll(3, "ab", "abcd")]
)
async def test_a_list_that_offers_more_and_does_not_grow_is_no_answer(growing: Scroll) -> None:
    with pytest.raises(PortalChanged):
        await growing.read()
