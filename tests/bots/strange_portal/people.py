"""Who the strange portal knows, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Person:
    member_id: str
    first: str
    last: str
    born: date
    plan: str
    office: str
    hospital: str


PEOPLE = {
    person.member_id: person
    for person in (
        Person("S100200300", "Maria", "Lindqvist", date(1984, 2, 9), "North Star Gold", "25.00", "250.00"),
        Person("S100200301", "Mario", "Lindqvist-Odegaard", date(1986, 12, 31), "Prairie Basic", "40.00", "400.00"),
        Person("S100200302", "Zoë", "Núñez", date(2001, 7, 4), "Lake Silver", "10.00", "120.00"),
    )
}
