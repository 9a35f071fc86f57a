"""Every table, gathered for the migrations."""

from store import audit, batches, credentials, keys, leases, people, quarantine, runs, sessions, totp, work_items
from store.base import Base

TABLES = (
    credentials.Credential,
    leases.LaneLease,
    totp.TotpStep,
    sessions.SavedSession,
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
    people.Person,
    people.PersonRole,
    people.PersonTin,
    people.ConsoleSession,
    people.SignInTries,
)

metadata = Base.metadata
