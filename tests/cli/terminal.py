"""A person at a terminal: the real commands on a real vault in a temporary folder."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from daemon.app import App
from daemon.cli.app import app

MAIL = """From: Anna Example <anna@example.com>
To: me@company.example
Subject: Opening hours
Message-ID: <1@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Hello, when are you open on Saturday?
Anna
"""


class Terminal:
    """`say(...)` types a command in this process, `process(...)` in one of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.vault = folder / "vault"
        self.home = folder / "home"
        self.env = {
            "HOME": str(folder / "nobody"),
            "EMPLOYEE_HOME": str(self.home),
            "EMPLOYEE_VAULT": str(self.vault),
            "EMPLOYEE_CONFIG": str(folder / "config.toml"),
            "EMPLOYEE_VAULT__TIMEZONE": "UTC",
            "EMPLOYEE_INBOX__SETTLE_SECONDS": "0",
            "EMPLOYEE_APPROVAL__HOLD_SECONDS": "0",
            "EMPLOYEE_DEBUG": "",
            **settings,
        }

    def say(self, *words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, list(words), input=typed, env=self.env, prog_name="employee")

    def ok(self, *words: str, typed: str | None = None) -> str:
        """Standard output of a command that must end with 0."""
        done = self.say(*words, typed=typed)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *words: str) -> dict[str, Any]:
        return json.loads(self.say(*words, "--json").stdout)

    def process(self, *words: str, stdin: int | None = None, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "daemon", *words]
        root, pipe = Path(__file__).parents[2], subprocess.PIPE
        return subprocess.Popen(command, cwd=root, env=self.env, stdin=stdin, stdout=stdout, stderr=pipe, text=True)

    def open(self) -> App:
        return App.open(self.env)

    def work(self) -> None:
        """What `employee run --once` does, without a process."""
        opened = self.open()
        with opened.daemon() as daemon:
            daemon.once()
        opened.close()

    def drop(self, text: str = MAIL, name: str = "mail.eml") -> None:
        (self.vault / "Inbox" / name).write_text(text, encoding="utf-8")

    def draft(self, text: str = MAIL, name: str = "mail.eml") -> str:
        """Drop something and have it drafted; the ID of the newest draft."""
        self.drop(text, name)
        self.work()
        return self.waiting()[-1]

    def waiting(self) -> list[str]:
        return [note["id"] for note in self.json("list", "pending")["notes"]]

    def notes(self, folder: str) -> list[Path]:
        return sorted((self.vault / folder).rglob("*.md"))


def until(happened: Callable[[], object], patience: float = 120.0) -> None:
    """Wait for another process, in seconds at most."""
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
