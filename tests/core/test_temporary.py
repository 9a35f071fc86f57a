from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core import temporary
from core.settings import ROOT
from core.temporary import temporary_files_in_memory

UPLOADING = """
import sys, tempfile, time
from pathlib import Path
from core import temporary
temporary._MEMORY = Path(sys.argv[1])
with temporary.temporary_files_in_memory(), tempfile.TemporaryDirectory() as folder:
    Path(folder, "patients.csv").write_text("Jane Roe")
    print("there", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(temporary, "_MEMORY", tmp_path)
    return tmp_path


def test_what_a_killed_process_had_in_memory_is_cleared_away_by_the_next_and_no_other(memory: Path) -> None:
    others, living, killed = memory / "fleet-of-somebody", _uploading(memory), _uploading(memory)
    others.mkdir()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list(memory.rglob("patients.csv"))) == 2
    with temporary_files_in_memory():
        assert len(list(memory.rglob("patients.csv"))) == 1
        assert tempfile.gettempdir().startswith(str(memory))
    living.terminate()
    living.communicate()
    with temporary_files_in_memory():
        pass
    assert list(memory.iterdir()) == [others]


def _uploading(memory: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", UPLOADING, memory], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    return process
