"""Every table, gathered for the migrations."""

from store import (
    audit,
    batches,
    canaries,
    credentials,
    fires,
    keys,
    leases,
    password_changes,
    quarantine,
    rosters,
    runs,
    schedules,
    sessions,
    totp,
    work_items,
)
from store.base import Base

TABLES = (
    credentials.Credential,
    leases.LaneLease,
    password_changes.PasswordChange,
    totp.TotpStep,
    sessions.SavedSession,
    sessions.DeviceTrust,
    runs.Run,
    work_items.WorkItem,
    runs.RunStep,
    runs.StoredAnswer,
    runs.Evidence,
    batches.Batch,
    batches.BatchRow,
    quarantine.Quarantine,
    audit.AuditEvent,
    audit.AuditHead,
    keys.StoredKey,
    schedules.Schedule,
    schedules.ScheduleVersion,
    fires.Fire,
    fires.FireItem,
    rosters.Roster,
    rosters.RosterLine,
    canaries.CanaryPage,
)

metadata = Base.metadata
