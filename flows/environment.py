"""The settings under which our Prefect runs, as environment: nothing leaves the machine, logs stay out of its database.

No import of Prefect: it reads these once, when it is first imported.
"""

from __future__ import annotations

from pathlib import Path

from core.settings import Home

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_CLI_PROMPT": "false",
}


_SERVICES_OFF = ("EVENT_PERSISTER", "TRIGGERS", "TASK_RUN_RECORDER", "PAUSE_EXPIRATIONS")
"""Events, automations, task runs, pauses: we use none, and their writes keep SQLite locked while a wake-up waits."""


def server_environment(home: Home) -> dict[str, str]:
    database = home.prefect / "prefect.db"
    services = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _SERVICES_OFF}
    return (
        _QUIET
        | services
        | {
            "PREFECT_HOME": str(home.prefect),
            "PREFECT_PROFILES_PATH": str(home.prefect_profiles),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
            "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",  # seconds of a first start, for what we do not use
            "PREFECT_SERVER_UI_ENABLED": "false",  # people use our console
        }
    )


def worker_environment(home: Home, api: str, profiles: Path | None = None) -> dict[str, str]:
    """`profiles`: of servers that somebody else runs."""
    return _QUIET | {
        "PREFECT_HOME": str(home.prefect),
        "PREFECT_PROFILES_PATH": str(profiles or home.prefect_profiles),
        "PREFECT_API_URL": api,
    }
