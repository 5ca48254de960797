"""A canary as a secret: after a whole run it stands nowhere but encrypted, and no other process ever saw it."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, until

CANARY = "canary-7b31+/e9c2"
SPELLINGS = (CANARY.encode(), CANARY.encode().hex().encode(), base64.b64encode(CANARY.encode())[:-4])
WORKER = "daemon.adapters.conversion.worker"


def places(folder: Path) -> list[str]:
    """Every file in which it stands, whatever the file is for."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(each in path.read_bytes() for each in SPELLINGS)]


def processes() -> dict[int, bytes]:
    """What everybody on this computer may see of the processes of ours: command line and environment."""
    found: dict[int, bytes] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            found[int(folder.name)] = command + (folder / "environ").read_bytes()
        except OSError:
            continue
    return {number: seen for number, seen in found.items() if b"daemon" in seen}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path)
    made.ok("init")
    return made


@pytest.fixture
def daemon(terminal: Terminal) -> Iterator[subprocess.Popen[str]]:
    terminal.ok("secrets", "set", "vapi.token", typed=CANARY)
    (terminal.home.parent / ".env").write_text(f"OTHER={CANARY}\n", encoding="utf-8")
    terminal.ok("secrets", "import-env", str(terminal.home.parent / ".env"))
    (terminal.home.parent / ".env").unlink()
    running = terminal.process("run")
    yield running
    running.kill()
    running.communicate(timeout=30)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show its processes as files")
def test_a_secret_stands_nowhere_after_a_whole_run(terminal: Terminal, daemon: subprocess.Popen[str]) -> None:
    terminal.drop()
    until(terminal.waiting)
    assert daemon.pid in processes()
    assert any(WORKER.encode() in seen for seen in processes().values())
    assert [number for number, seen in processes().items() if CANARY.encode() in seen] == []
    terminal.ok("secrets", "rotate")
    terminal.ok("approve", terminal.waiting()[0])
    until(lambda: list((terminal.vault / "Outbox").glob("*.eml")))
    until((terminal.vault / "Audit" / "Signed heads.md").exists)
    assert terminal.json("audit", "verify")["signed"]["copies"] > 0
    said = terminal.ok("doctor") + terminal.ok("audit", "export") + terminal.ok("secrets", "list")
    assert places(terminal.home.parent) == []
    assert CANARY not in said
