"""What a search has found, shown page by page. Each kind is a class of its own: one's key opens no other's list."""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

R = TypeVar("R")
S = TypeVar("S")


@dataclass(frozen=True)
class Found(Generic[S, R]):
    searched: S
    rows: tuple[R, ...]
    page_size: ClassVar[int] = 10

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // self.page_size))

    def page(self, number: int) -> tuple[R, ...]:
        return self.rows[(number - 1) * self.page_size : number * self.page_size]
