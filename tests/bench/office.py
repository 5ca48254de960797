"""A fresh vault and state directory, with the real command and the real daemon."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from daemon.app import ROLES, App
from daemon.ops import init
from daemon.runtime import heartbeat
from tests.bench.measuring import until

EMPLOYEE = Path(sys.executable).with_name("employee")
MAIL = """From: Anna Example <anna{n}@example.com>
To: me@company.example
Subject: Opening hours {n}
Message-ID: <{n}@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Hello,

when are you open on Saturday? I would like to bring back order {n}, which I got on 3 March.

Regards
Anna
"""
NOTE = """Thoughts about shelf {n} in the workshop

- the third board is loose
- oak would look better
"""


class Office:
    """No settling, no hold, no cap: what is measured is the work, not the waiting that a person wants."""

    def __init__(self, folder: Path) -> None:
        self.vault = folder / "vault"
        self.home = folder / "home"
        self.environ = os.environ | {
            "EMPLOYEE_HOME": str(self.home),
            "EMPLOYEE_CONFIG": str(folder / "none.toml"),
            "EMPLOYEE_VAULT": str(self.vault),
            "EMPLOYEE_VAULT__TIMEZONE": "UTC",
            "EMPLOYEE_INBOX__SETTLE_SECONDS": "0",
            "EMPLOYEE_APPROVAL__HOLD_SECONDS": "0",
            "EMPLOYEE_APPROVAL__DAILY_CAP": "0",
        }
        self._log = folder / "log"
        init.apply(init.plan(self.vault, home=self.home))

    def employee(self, *arguments: str) -> None:
        """Run one command to its end."""
        command = [EMPLOYEE, *arguments]
        subprocess.run(command, env=self.environ, check=True, capture_output=True, timeout=60)

    @contextmanager
    def opened(self) -> Generator[App]:
        """The same in this process."""
        app = App.open(self.environ)
        try:
            yield app
        finally:
            app.close()

    @contextmanager
    def running(self) -> Generator[subprocess.Popen[bytes]]:
        """`employee run` in a process of its own, ready to work: each role has looked once."""
        with self._log.open("ab") as log:
            process = subprocess.Popen([EMPLOYEE, "run"], env=self.environ, stdout=log, stderr=log)
        try:
            until(lambda: self._has_looked(process.pid), "the start", patience=30)
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def drop(self, number: int) -> None:
        """A mail or a note, in turn."""
        name, text = (f"mail-{number}.eml", MAIL) if number % 2 else (f"note-{number}.md", NOTE)
        (self.vault / "Inbox" / name).write_text(text.format(n=number), encoding="utf-8")

    def approve_all(self) -> None:
        """As a person does in a file manager."""
        for name in self.names("Pending_Approval"):
            (self.vault / "Pending_Approval" / name).rename(self.vault / "Approved" / name)

    def names(self, folder: str) -> list[str]:
        return [path.name for path in (self.vault / folder).glob("*.md") if not path.name.startswith(".")]

    def count(self, *folders: str) -> int:
        """Files that are visible, in sub-folders too."""
        found = [name for folder in folders for _, _, names in os.walk(self.vault / folder) for name in names]
        return sum(not name.startswith(".") for name in found)

    def _has_looked(self, process: int) -> bool:
        beats = heartbeat.read(self.home / "run")
        return {beat.role for beat in beats if beat.pid == process} == set(ROLES)
