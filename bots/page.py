"""What a page means: its elements, the fields it is read by, and the record they build.

Declared in class bodies; where things are is selector data of the same names. A page never waits, travels or decides:
that is the portal's (bots.portal) and the journey's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, get_args, get_origin, overload

from pydantic import ValidationError

from bots.parse import Unreadable, stated
from bots.selectors import ElementSpec, PageSpec, PartSpec
from bots.words import WORDLESS, PartLeftOut, Spoken, Vocabulary
from core.capabilities.record import Record
from core.errors import PortalChanged

if TYPE_CHECKING:
    from bots.download import Delivery, Download
    from bots.element import BoundElement
    from bots.filetype import FileType
    from bots.portal import Portal

SEVERAL = "fits several elements"
"""What is not there for this reason is never absent."""

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class Element:
    """Something to act on or to read alone. A `write` element never falls back to another locator."""

    def __init__(self, *, write: bool = False) -> None:
        self.write = write
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, page: None, owner: type) -> Element: ...
    @overload
    def __get__(self, page: Page, owner: type) -> BoundElement: ...
    def __get__(self, page: Page | None, owner: type) -> Element | BoundElement:
        if page is None:
            return self
        return page.portal.bind(page, self)


class Field(Generic[T]):
    """One datum.

    `optional`: the page may print nothing there, which is `blank`, by default None. `absent`: the place itself may be
    missing, which is None; without it a place that is gone is PortalChanged, so that a renamed column is never taken
    for silence. `identifies` names the key of the question that this field proves: data of a page is taken only if
    they agree.
    """

    def __init__(
        self,
        parse: Callable[[str], T] | Spoken[T],
        *,
        optional: bool = False,
        absent: bool = False,
        blank: Any = None,
        identifies: str | None = None,
    ) -> None:
        self.parse = parse
        self.blank = blank
        self.optional = optional or absent
        self.absent = absent
        self.identifies = identifies

    def value(self, raw: str | None, *, page: str, name: str, words: Vocabulary = WORDLESS) -> Any:
        if raw is None:
            if self.absent:
                return None
            raise PortalChanged(page, name, detail="missing")
        if not stated(raw):
            if self.optional:
                return self.blank
            raise PortalChanged(page, name, detail="empty")
        try:
            return self.parse.read(raw, words) if isinstance(self.parse, Spoken) else self.parse(raw)
        except Exception as problem:  # noqa: BLE001 - an adapter's own parser may raise anything
            if self.optional and isinstance(problem, PartLeftOut):
                return self.blank
            said = problem if isinstance(problem, Unreadable) else type(problem).__name__
            raise PortalChanged(page, name, detail=f"unreadable: {said}") from None


class Part(Generic[R]):
    """A group of fields that builds a record: `class Card(Part[Member])`."""

    fields: ClassVar[Mapping[str, Field[Any]]] = {}
    parts: ClassVar[Mapping[str, One[Any]]] = {}
    rows: ClassVar[Mapping[str, Rows[Any]]] = {}
    elements: ClassVar[Mapping[str, Element]] = {}
    record: ClassVar[type[Record]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
        cls.fields = {name: value for name, value in declared.items() if isinstance(value, Field)}
        cls.parts = {name: value for name, value in declared.items() if isinstance(value, One)}
        cls.rows = {name: value for name, value in declared.items() if isinstance(value, Rows)}
        cls.elements = {name: value for name, value in declared.items() if isinstance(value, Element)}
        for base in getattr(cls, "__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Part):
                (record,) = get_args(base)
                if isinstance(record, type):
                    cls.record = record

    @classmethod
    def build(
        cls,
        read: Mapping[str, Any] | None,
        *,
        page: str,
        given: Mapping[str, Any] | None = None,
        words: Vocabulary = WORDLESS,
    ) -> Any:
        """From what the engine read. `given` adds values that the page does not state, such as the day asked for."""
        if read is None:
            raise PortalChanged(page, None, detail="its container is missing")
        values: dict[str, Any] = dict(given or {})
        for name in read["crowded"]:
            if not read["fields"].get(name):
                raise PortalChanged(page, name, detail=SEVERAL)
        for name, field in cls.fields.items():
            found = read["fields"].get(name)
            if name not in read["fields"] and field.optional:
                values[name] = field.blank
            else:
                values[name] = field.value(found["text"] if found else None, page=page, name=name, words=words)
        for name, part in cls.parts.items():
            known = name in read["parts"]
            values[name] = part.build(read["parts"][name], page=page, name=name, words=words) if known else None
        for name, rows in cls.rows.items():
            known = name in read["rows"]
            values[name] = rows.build(read["rows"][name], page=page, name=name, words=words) if known else ()
        names = cls.record.model_fields
        try:
            return cls.record.model_validate({name: value for name, value in values.items() if name in names})
        except ValidationError as problems:
            where = ".".join(str(place) for place in problems.errors(include_input=False)[0]["loc"])
            raise PortalChanged(page, where or None, detail="does not fit the record") from None


class One(Generic[R]):
    """A part of a page that is there once. None if the portal's own word for it (`empty`) is there instead, or when
    `absent` allows it; else its lack is PortalChanged.
    """

    def __init__(self, shape: type[Part[R]], *, absent: bool = False) -> None:
        self.shape = shape
        self.absent = absent

    def build(
        self, read: Mapping[str, Any] | Literal["empty"] | None, *, page: str, name: str, words: Vocabulary
    ) -> Any:
        if read == "empty" or (read is None and self.absent):
            return None
        if read is None:
            raise PortalChanged(page, name, detail="missing")
        return self.shape.build(read, page=page, words=words)


class Rows(Generic[R]):
    """A part that repeats. No row at all is an empty tuple only if its container (`within`) or the portal's own word
    for it (`empty`) is there, or when `absent` allows it; else it is PortalChanged.
    """

    def __init__(self, shape: type[Part[R]], *, absent: bool = False) -> None:
        self.shape = shape
        self.absent = absent

    def build(self, read: Mapping[str, Any], *, page: str, name: str, words: Vocabulary) -> tuple[Any, ...]:
        if not read["there"] and not self.absent:
            raise PortalChanged(page, name, detail="missing")
        if read.get("partly"):
            raise PortalChanged(page, name, detail="only the rows in view are drawn; `scrolls` says what to scroll")
        return tuple(self.shape.build(row, page=page, words=words) for row in read["list"])


class Page:
    """A page of a portal, recognised by its `here`. `class SearchPage(Page, page="search")`."""

    page_name: ClassVar[str] = ""
    elements: ClassVar[Mapping[str, Element]] = {}

    def __init_subclass__(cls, *, page: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.page_name = page or cls.page_name
        declared = {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}
        cls.elements = {name: value for name, value in declared.items() if isinstance(value, Element)}

    def __init__(self, portal: Portal, spec: PageSpec) -> None:
        self.portal = portal
        self.spec = spec

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def fill(self, **values: str) -> None:
        """Sets the named elements, those that take it in one script. Raises PortalChanged if a value does not stay."""
        await self.portal.fill(self, values)

    async def choose(self, **values: str) -> None:
        """Chooses the named ones in this order; what stands chosen already costs one look for all of them."""
        await self.portal.choose(self, values)

    async def click_in(self, rows: str, index: int, element: str) -> None:
        """Clicks an element of one row, by its place among the rows as they were read."""
        await self.portal.click_in(self, rows, index, element)

    async def download_in(self, rows: str, index: int, element: str, wanted: FileType) -> tuple[Download, ...]:
        """As `BoundElement.download`, for an element of one row."""
        return await self.portal.download_in(self, rows, index, element, wanted)

    async def deliver_in(self, rows: str, index: int, element: str) -> Delivery:
        """As `BoundElement.deliver`, for an element of one row."""
        return await self.portal.deliver_in(self, rows, index, element)


class ReadsInto(Page, Part[R]):
    """A page that reads into a record: `class CoveragePage(ReadsInto[Coverage], page="coverage")`."""

    async def read(self, **given: Any) -> R:
        """In one script. Raises PortalChanged."""
        record: R = await self.portal.read(self, given)
        return record

    async def read_when(self, ready: Callable[[R], bool], *, refresh: BoundElement | None = None) -> R:
        """As `read`, as soon as it is `ready`: work that the portal does behind the page. `refresh` is pressed where
        the page does not renew itself. Raises PortalUnavailable when it takes longer than an answer may.
        """
        record: R = await self.portal.read_when(self, ready, refresh)
        return record

    @classmethod
    def identity(cls) -> dict[str, Field[Any]]:
        return {name: field for name, field in cls.fields.items() if field.identifies}


def reading(shape: type[Part[Any]], spec: PartSpec, *, page: str) -> dict[str, Any]:
    """The engine's reading order for a shape, without what the portal shows nowhere. Raises PortalChanged when selector
    data lacks a name.
    """

    def candidates(name: str) -> list[dict[str, str]]:
        element = spec.elements.get(name)
        if element is None:
            raise PortalChanged(page, name, detail="no selector data")
        return list(element.candidates)

    def part(name: str) -> PartSpec:
        if name not in spec.parts:
            raise PortalChanged(page, name, detail="no selector data")
        return spec.parts[name]

    def groups(declared: Mapping[str, One[Any] | Rows[Any]]) -> dict[str, Any]:
        shown = {name: group for name, group in declared.items() if name not in spec.nowhere}
        return {name: reading(group.shape, part(name), page=page) for name, group in shown.items()}

    return {
        "within": list(spec.within),
        "each": list(spec.each),
        "empty": list(spec.empty),
        "scrolls": list(spec.scrolls),
        "fields": {name: candidates(name) for name in shape.fields if name not in spec.nowhere},
        "parts": groups(shape.parts),
        "rows": groups(shape.rows),
    }


def phi_elements(spec: PartSpec) -> list[ElementSpec]:
    """Every element of a page or part that shows patient data."""
    own = [element for element in spec.elements.values() if element.phi]
    return own + [element for part in spec.parts.values() for element in phi_elements(part)]
