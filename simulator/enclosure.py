"""A file that a payer encloses or posts, before anybody asks for it."""

from dataclasses import dataclass

FORMS = ("pdf", "zip", "csv", "page")
_TITLES = {"pdf": "Letter.pdf", "zip": "Enclosures.zip", "csv": "Report.csv", "page": "Letter.pdf"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    about: str
    form: str  # of FORMS; page: a web page under a PDF's name

    @property
    def title(self) -> str:
        """As the portal names it."""
        return _TITLES[self.form]
