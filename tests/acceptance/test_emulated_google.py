"""The real program with Google's own client, against Google as others wrote it: a mail comes in and is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.core.mailboxes import accounts
from tests.acceptance.carriers import parsed
from tests.cli.terminal import Terminal
from tests.emulators import EmulatedMailbox, Emulator, emulator
from tests.mailboxes import letter

__all__ = ("emulator",)


class Home:
    """A computer with the mailbox connected."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.mailbox: EmulatedMailbox = emulator.mailbox()
        there = emulator.settings()
        self.terminal = Terminal(
            folder,
            EMPLOYEE_GMAIL__API_ENDPOINT=there.api_endpoint,
            EMPLOYEE_GMAIL__TOKEN_URI=there.token_uri,
        )
        self.terminal.ok("init")
        app = self.terminal.open()
        account = self.mailbox.account
        app.secrets.put({account.name: accounts.written(account)}, datetime.now(UTC))
        app.close()

    def run(self) -> str:
        """The program in a process of its own, until nothing is left to do without the person."""
        process = self.terminal.process("run", "--once")
        printed, logged = process.communicate(timeout=120)
        assert process.returncode == 0, logged
        return printed

    def deliver(self, number: int, text: str) -> str:
        sender, subject = f"P <p{number}@example.com>", f"Question {number}"
        to = self.mailbox.account.address
        data = letter(text, to=to, sender=sender, subject=subject, message_id=f"<{number}@example.com>")
        return self.mailbox.put(data, ["INBOX", "UNREAD"], datetime.now(UTC))

    def thread(self, message: str) -> str:
        return str(self.mailbox.ask(f"messages/{message}?format=minimal")["threadId"])


@pytest.mark.integration
def test_mail_is_drafted_approved_and_answered_once(emulator: Emulator, tmp_path: Path) -> None:
    home = Home(tmp_path, emulator)
    home.deliver(1, "When are you open on Sunday?")
    home.run()
    second = home.deliver(2, "When are you open on Saturday?")
    assert "waits for your decision" in home.run()
    assert home.mailbox.labels(second) == {"INBOX", "UNREAD", "AI/Draft ready"}

    _, draft = home.terminal.json("list", "pending")["notes"]
    home.terminal.ok("approve", draft["id"])
    home.run()
    home.run()
    (left,) = map(parsed, home.mailbox.sent())
    assert (left["To"], left["In-Reply-To"]) == ("p2@example.com", "<2@example.com>")
    (sent,) = home.mailbox.ask("messages?labelIds=SENT")["messages"]
    assert sent["threadId"] == home.thread(second)
    assert home.mailbox.labels(second) == {"INBOX", "UNREAD", "AI/Done"}
    (done,) = home.terminal.notes("Done")
    assert "outcome: sent" in done.read_text(encoding="utf-8")
    assert len(home.terminal.json("list", "pending")["notes"]) == 1
