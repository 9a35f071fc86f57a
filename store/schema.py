"""Every table, gathered for the migrations."""

from store import audit, batches, credentials, keys, leases, quarantine, runs, sessions, submissions, totp, work_items
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
    submissions.StoredSubmission,
    submissions.SubmittedFile,
    quarantine.Quarantine,
    audit.AuditEvent,
    audit.AuditHead,
    keys.StoredKey,
)

metadata = Base.metadata
