"""Folders that a killed process leaves are found and removed; those of the living stay."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

from tokbench.counting.work_folders import WorkFolder, remove_abandoned

HOLD = """
    import sys, time
    from pathlib import Path
    from tokbench.counting.work_folders import WorkFolder

    folder = WorkFolder(Path(sys.argv[1]), "spill-")
    (folder.path / "file").write_text("half-writ")
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_closed_folder_leaves_nothing(tmp_path):
    """It is there while it is open, with whatever was put into it, and gone then."""
    with WorkFolder(tmp_path / "new", "entry-") as folder:
        (folder.path / "file").write_text("x")
        assert folder.path.name.startswith("entry-")
        assert remove_abandoned(tmp_path / "new") == 0
        assert (folder.path / "file").exists()
    assert list((tmp_path / "new").iterdir()) == []


def test_what_a_killed_process_left_is_removed(tmp_path):
    """SIGKILL gives no time to tidy up: the next one who comes does, and not before the process is dead."""
    command = [sys.executable, "-c", textwrap.dedent(HOLD), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert remove_abandoned(tmp_path) == 0
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(signal.SIGKILL)
    (tmp_path / "kept.counts").write_text("mine")
    assert remove_abandoned(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["kept.counts"]


def test_a_folder_that_is_not_there_has_nothing_abandoned(tmp_path):
    """The first build of all finds no cache."""
    assert remove_abandoned(tmp_path / "none") == 0
