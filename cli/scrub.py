"""`fleet scrub`: what a payer would send back of an 837, before it is sent. It needs no fleet."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import typer

from cli.exits import STATUS_OF
from cli.opened import opened_store, read_settings
from cli.output import console, print_json, table
from core.errors import NextStep, RequestInvalid
from core.x12.scrub import Finding, Report, Weight, scrub
from store import submission_lists


def check(path: Path, *, as_json: bool) -> None:
    """Exit status 2 for a file that does not pass."""
    try:
        data = path.read_bytes()
    except OSError:
        raise RequestInvalid("The file cannot be read; check its path and its owner.", field="file") from None
    report = scrub(data, today=date.today())
    sent = asyncio.run(_sent_as(data))
    findings = [*([_sent_before(sent)] if sent else []), *report.findings]
    passed = report.passed and not sent
    if as_json:
        print_json(_data(report, findings, passed=passed))
    else:
        _show(report, findings, passed=passed)
    if not passed:
        raise typer.Exit(STATUS_OF[NextStep.ASK_BILLER])


async def _sent_as(data: bytes) -> str | None:
    """The submission with which this very file was handed in, if there is a fleet that knows of it."""
    store = read_settings().store
    if isinstance(store, Path) and not store.exists():
        return None
    async with opened_store() as database, database.read() as session:
        return await submission_lists.with_file(session, hashlib.sha256(data).hexdigest())


def _sent_before(submission: str) -> Finding:
    return Finding(Weight.ERROR, f"This very file was handed in before: {submission}.")


def _show(report: Report, findings: list[Finding], *, passed: bool) -> None:
    console.print(report.sentence if passed == report.passed else "It was handed in before.", style="bold")
    rows = [
        (each.weight.value, each.claim, each.account.reveal() if each.account else None, each.line, each.sentence)
        for each in findings
    ]
    if rows:
        console.print(table("", "claim", "account", "line", "what is wrong", rows=rows))


def _data(report: Report, findings: list[Finding], *, passed: bool) -> dict[str, Any]:
    return {
        "passed": passed,
        "claims": report.claims,
        "charges": f"{report.charges:.2f}",
        "control_number": report.control_number,
        "findings": [
            {
                "weight": each.weight.value,
                "claim": each.claim,
                "account": each.account.reveal() if each.account else None,
                "line": each.line,
                "sentence": each.sentence,
            }
            for each in findings
        ],
    }
