"""A manifest as people read it: what is known of a portal, and whence."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Iterator
from typing import NamedTuple

from core.counted import counted
from core.manifest import Lock, Maintenance, Manifest, Opening, Retention, SubmissionRule
from core.passwords import PasswordRules


class Fact(NamedTuple):
    what: str
    said: str
    source: str | None = None


def facts(manifest: Manifest) -> Iterator[Fact]:
    yield Fact("Hosts", "; ".join(f"{name}: {', '.join(each.hosts)}" for name, each in manifest.environments.items()))
    yield Fact("Payers", ", ".join(f"{each.name} ({each.id})" for each in manifest.payers) or "none by name")
    yield Fact("Asked for", ", ".join(manifest.capabilities))
    yield Fact("Second step", ", ".join(manifest.mfa) or "none")
    device = manifest.device
    remembered = f"remembered for {device.days} days" if device else "not remembered"
    yield Fact("Device", remembered, device.source if device else None)
    alone = ", one at a time" if manifest.single_session else ""
    yield Fact("Session", f"{manifest.session_minutes} minutes{alone}", manifest.session_source)
    rules = manifest.password
    yield Fact("Password", _password(rules) if rules else "not known", rules.source if rules else None)
    yield Fact("Lock", _lock(manifest, manifest.lock), manifest.lock.source if manifest.lock else None)
    days = manifest.inactivity_days
    yield Fact("Inactivity", f"switched off after {days} days" if days else "not known")
    opened = "; ".join(map(_opening, manifest.hours.open)) if manifest.hours else ""
    yield Fact("Hours", opened or "around the clock", manifest.hours.source if manifest.hours else None)
    yield Fact("Maintenance", "; ".join(map(_maintenance, manifest.maintenance)) or "not known")
    yield Fact("Time zone", manifest.time_zone or "not known", manifest.time_zone_source)
    for kept in manifest.retention:
        yield Fact(f"Keeps {kept.kind.replace('_', ' ')}", _retention(kept), kept.source)
    for rule in manifest.submissions:
        yield Fact(f"Takes {', '.join(rule.kinds).replace('_', ' ')}", _files(rule), rule.filing_source)
    policy = manifest.policy
    yield Fact("Bots", f"{policy.stance}; the terms were read on {policy.reviewed_on}", policy.evidence)
    yield Fact("Proven", manifest.rung.value)


def _password(rules: PasswordRules) -> str:
    said = [f"{rules.shortest} to {rules.longest} characters"]
    said += [f"of each: {', '.join(rules.classes)}"] if rules.classes else []
    said += [f"not the last {rules.history}"] if rules.history else []
    said += [f"expires after {rules.expires_days} days"] if rules.expires_days else []
    return f"{'; '.join(said)}; changed by a {rules.changed_by}"


def _lock(manifest: Manifest, lock: Lock | None) -> str:
    allowed = manifest.wrong_passwords_allowed
    after = (
        "not known after how many wrong passwords" if allowed is None else f"at wrong password {allowed + 1} in a row"
    )
    return f"{after}. {lock.sentence}" if lock else after


def _opening(hours: Opening) -> str:
    days = "every day" if len(hours.weekdays) == len(day_name) else ", ".join(day_name[each] for each in hours.weekdays)
    return f"{days} {hours.starts:%H:%M}-{hours.ends:%H:%M} {hours.time_zone}"


def _maintenance(window: Maintenance) -> str:
    day = window.on or ("every day" if window.weekday is None else day_name[window.weekday])
    return f"{day} {window.starts:%H:%M}-{window.ends:%H:%M} {window.time_zone}"


def _retention(kept: Retention) -> str:
    terms = ((kept.months, "months"), (kept.days, "days"))
    long = " and ".join(f"{count} {unit}" for count, unit in terms if count) or "not known how long"
    return f"{long}, {kept.tier} access" if kept.tier else long


def _files(rule: SubmissionRule) -> str:
    if not rule.max_files:
        return "no files"
    count = counted(rule.max_files, "file")
    count = count if rule.min_files == rule.max_files else f"{rule.min_files} to {count}"
    sizes = f"{_size(rule.max_bytes)} each, {_size(rule.total_bytes)} together"
    return f"{count} ({', '.join(rule.endings)}), {sizes}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
