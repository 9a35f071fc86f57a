"""What can be known to be wrong with a submission before a log-in is spent on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.capabilities.submissions import Submission, ending
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.uploads import flaw


@dataclass(frozen=True)
class Cleared:
    file_by: date | None
    """The last day on which the payer takes it; None where no rule is known."""
    days_left: int | None


def preflight(wanted: Submission, rule: SubmissionRule, contents: Mapping[str, bytes], *, today: date) -> Cleared:
    """`contents` by SHA-256. Files are spoken of by their place, since a name can be a patient's.

    Raises RequestInvalid with a sentence for everything that is wrong, not only the first.
    """
    found = [*_missing(wanted, rule), *_files(wanted, rule, contents)]
    decided_on = getattr(wanted, "decided_on", None)
    file_by = rule.file_by(decided_on) if decided_on else None
    days_left = (file_by - today).days if file_by else None
    if days_left is not None and days_left < 0:
        found.append(
            ("decided_on", f"The time to file it ended on {file_by}, {-days_left} days ago ({rule.filing_source}).")
        )
    if found:
        raise RequestInvalid(" ".join(sentence for _, sentence in found), field=found[0][0])
    return Cleared(file_by, days_left)


def _missing(wanted: Submission, rule: SubmissionRule) -> Iterator[tuple[str, str]]:
    for key in rule.needs:
        if getattr(wanted, key, None) is None:
            yield key, f"{key} is needed for this portal."
    for key in rule.lacks:
        if getattr(wanted, key, None) is not None:
            yield key, f"This portal's form has no place for {key}; leave it out, or say it in the text."
    narrative = getattr(wanted, "narrative", None)
    told = narrative.reveal() if narrative is not None else ""
    texts = (("body", "text", getattr(wanted, "text", "")), ("narrative", "narrative", told))
    for key, name, text in texts:
        if rule.longest_text is not None and len(text) > rule.longest_text:
            yield key, f"The {name} has {len(text):,} characters, and the portal takes {rule.longest_text:,}."
    for key, listed in (("reason", rule.reasons), ("topic", rule.topics), ("service_kind", rule.service_kinds)):
        chosen = getattr(wanted, key, None)
        if chosen is not None and listed and chosen not in listed:
            yield key, f"This portal has no such {key.replace('_', ' ')}; it knows {', '.join(listed)}."


def _files(wanted: Submission, rule: SubmissionRule, contents: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    files = wanted.files
    if not rule.min_files <= len(files) <= rule.max_files:
        span = f"{rule.min_files} to {rule.max_files}" if rule.min_files else f"at most {rule.max_files}"
        yield "files", f"The portal takes {span} files, and there are {len(files)}."
    first: dict[str, int] = {}
    for place, file in enumerate(files, start=1):
        name = f"File {place}"
        if (same := first.setdefault(file.sha256, place)) != place:
            yield "files", f"{name} is the same as file {same}."
            continue
        kind = ending(file.title.reveal()).removeprefix(".")
        if kind not in rule.endings:
            yield "files", f"{name} is of no type that the portal takes: {', '.join(rule.endings)}."
            continue
        if file.size < rule.min_bytes:
            yield "files", f"{name} is too small: {file.size:,} bytes, and the portal takes {rule.min_bytes:,} or more."
        elif file.size > rule.max_bytes:
            yield "files", f"{name} is too large: {file.size:,} bytes, and the portal takes {rule.max_bytes:,} at most."
        if (wrong := flaw(kind, contents[file.sha256])) is not None:
            yield "files", f"{name} {wrong}."
    total = sum(file.size for file in files)
    if total > rule.total_bytes:
        yield "files", f"The files have {total:,} bytes together, and the portal takes {rule.total_bytes:,} at most."
