"""Fault dials: how bad a day a portal has. Set through the control API; every one rests at "no fault"."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Variant = Literal[0, 1, 2]
Step = Literal["details", "upload", "review", "submit"]
"""Of sending something: the questions, the files, the page that shows it all, the last click."""


class SubmitFault(StrEnum):
    """What befalls a submission at the last click; what was taken in before has a number all the same."""

    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    LOST_BEFORE = "lost_before"  # the connection
    LOST_AFTER = "lost_after"
    ENDED_AFTER = "ended_after"  # the session


class Dials(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    latency_ms: tuple[int, int] = Field(
        default=(150, 400), description="How long the payer takes to answer an inquiry: shortest, longest."
    )
    slow_spinner_ms: int = Field(default=0, ge=0, description="How much longer the shell's loader covers the page.")
    stale_results_ms: int = Field(
        default=0, ge=0, description="How long the previous patient's result stays on the page after the answer came."
    )
    error_rate: float = Field(default=0.0, ge=0, le=1, description="Share of pages and inquiries answered with 500.")
    error_next: int = Field(default=0, ge=0, description="This many next pages and inquiries are answered with 500.")
    payer_down: tuple[str, ...] = Field(
        default=(), description="Payers (ids) for which inquiries end in the alert that the payer cannot respond."
    )
    provider_not_on_file: tuple[str, ...] = Field(
        default=(), description="Payers (ids) that do not know the provider of any inquiry."
    )
    drop_session_after: int | None = Field(
        default=None, ge=0, description="The session is ended after this many more requests; then the dial is off."
    )
    maintenance: bool = Field(default=False, description="Every page is the maintenance page, with status 503.")
    keeps_hours: bool = Field(
        default=False, description="A portal with a weekly window for maintenance closes in it, by the virtual clock."
    )
    hands_over_on: date | None = Field(
        default=None,
        description="A portal that has a successor is read-only from this day on, and gone 30 days later.",
    )
    challenge: bool = Field(default=False, description="Every page is a check for robots, which no bot may answer.")
    security_check_ms: int = Field(
        default=0,
        ge=0,
        description="The log-in page begins as a check of the browser that passes by itself after this.",
    )
    announcement: bool = Field(default=False, description="A page of announcements follows each log-in.")
    survey: bool = Field(default=False, description="A survey covers the portal's home page.")
    layout_variant: Variant = Field(
        default=0, description="1: ids, test ids and classes renamed. 2: labels and structure changed too."
    )
    files: Literal["whole", "empty", "cut_short", "page"] = Field(
        default="whole", description="What becomes of files that are downloaded; page: a web page under their name."
    )
    code_clock_skew: float = Field(
        default=0.0,
        description="Seconds by which the portal's clock runs ahead: for its codes, and in its Date header.",
    )
    cookie_banner: bool = Field(default=True, description="The consent banner covers the page's foot until accepted.")
    worklist_delay_s: float = Field(
        default=60, ge=0, description="Seconds of the virtual clock until a worklist shows what was sent."
    )
    decides_after_s: float = Field(
        default=3 * 86_400,
        ge=0,
        description="Seconds of the virtual clock until a request that is sent now is decided, a message answered.",
    )
    refuses_duplicates: bool = Field(
        default=True, description="What is under way already is refused; else it is taken in twice, which is a harm."
    )
    virus_scan_ms: tuple[int, int] = Field(
        default=(200, 600), description="How long an upload is looked through before the form goes on."
    )
    submit_faults: tuple[SubmitFault, ...] = Field(
        default=(), description="What befalls the next submissions, one each; then the dial is empty."
    )
    submit_fault_rate: float = Field(default=0.0, ge=0, le=1, description="Share of submissions that a fault befalls.")
    drop_session_at: Step | None = Field(
        default=None, description="The session is ended when a submission gets to this step; then the dial is off."
    )
