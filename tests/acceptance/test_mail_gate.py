"""As people would try it: mail arrives, is drafted, approved and answered, and the program runs only now and then.

The real program as real processes, against real servers; the oracle is what these took.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from daemon.core.mailboxes import accounts
from tests import dovecot
from tests.acceptance import carriers
from tests.acceptance.carriers import Carrier, Gmail, parsed
from tests.cli.terminal import Terminal, until
from tests.mailboxes import letter

PATIENCE = 240.0
KILLS = 8


@pytest.fixture
def gmail() -> Iterator[Gmail]:
    with carriers.gmail() as made:
        yield made


@pytest.fixture(params=["gmail", pytest.param("imap", marks=pytest.mark.integration)])
def carrier(request: pytest.FixtureRequest) -> Iterator[Carrier]:
    if request.param == "gmail":
        yield request.getfixturevalue("gmail")
        return
    with dovecot.running() as reading, carriers.imap(reading) as made:
        yield made


class Home:
    """A computer with a connected mailbox, and the person at it."""

    def __init__(self, folder: Path, carrier: Carrier) -> None:
        kind = carrier.account.kind.upper()
        there = {f"EMPLOYEE_{kind}__{name}": value for name, value in carrier.settings.items()}
        caps = {"EMPLOYEE_APPROVAL__DAILY_CAP": "0", f"EMPLOYEE_{kind}__POLL_SECONDS": "1"}
        self.terminal = Terminal(folder, **there, **caps)
        self.vault = self.terminal.vault
        self.terminal.ok("init")
        self.said = ""  # what the program logged
        app = self.terminal.open()
        app.secrets.put({carrier.account.name: accounts.written(carrier.account)}, datetime.now(UTC))
        app.close()

    def run(self) -> str:
        """The program starts, does what needs no person, and ends. Gives what it printed."""
        process = self.terminal.process("run", "--once")
        try:
            printed, logged = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        assert process.returncode == 0, logged
        self.said += logged
        return printed

    def begin(self) -> subprocess.Popen[str]:
        return self.terminal.process("run")

    def notes(self, folder: str) -> list[Path]:
        return self.terminal.notes(folder)

    def approve_all(self) -> None:
        """The person moves every draft; one that the program takes away meanwhile is left alone."""
        for note in self.notes("Pending_Approval"):
            (self.vault / "Approved" / note.name).unlink(missing_ok=True)
            note.replace(self.vault / "Approved" / note.name)


def mail(number: int, to: str) -> bytes:
    return letter(
        f"When are you open on Saturday? I ask for the {number}th time.",
        to=to,
        subject=f"Question {number}",
        message_id=f"<{number}@example.com>",
        sender=f"P <p{number}@example.com>",
    )


def answered(carrier: Carrier) -> Counter[str]:
    """How often each mail was answered, by its Message-ID."""
    return Counter(str(parsed(left)["In-Reply-To"]) for left in carrier.left())


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def test_mail_is_answered_by_a_program_that_runs_only_now_and_then(carrier: Carrier, tmp_path: Path) -> None:
    home = Home(tmp_path, carrier)
    home.run()  # nothing has come yet
    carrier.deliver(mail(1, carrier.account.address))

    assert "waits for your decision" in home.run()
    [draft] = home.notes("Pending_Approval")
    assert f"from_account: {carrier.account.address}" in draft.read_text(encoding="utf-8")
    assert not carrier.left()

    home.approve_all()
    home.run()
    assert answered(carrier) == {"<1@example.com>": 1}
    [left] = carrier.left()
    assert parsed(left)["Subject"] == "Re: Question 1"
    assert parsed(left)["To"] == "p1@example.com"
    assert carrier.threads_of(0)
    [done] = home.notes("Done")
    text = done.read_text(encoding="utf-8")
    assert "outcome: sent" in text
    assert "receipt: " in text
    assert list((home.vault / "Outbox").iterdir()) == []

    task = home.terminal.json("list", "done")["notes"][0]["id"]
    steps = [line for line in home.said.splitlines() if task in line]
    for step in ("is in Needs_Action/", "mail drafts it", "waits in Pending_Approval/", "approved (folder)", "sent"):
        assert any(step in line for line in steps), (step, home.said)

    home.run()
    assert len(carrier.left()) == 1


def test_a_second_mail_in_the_thread_is_answered_with_the_first(carrier: Carrier, tmp_path: Path) -> None:
    home, me = Home(tmp_path, carrier), carrier.account.address
    carrier.deliver(mail(1, me))
    home.run()
    carrier.deliver(letter("And on Sunday?", answers="<1@example.com>", to=me, subject="Re: Question 1",
                           message_id="<2@example.com>", sender="P <p1@example.com>"))  # fmt: skip
    home.run()
    [draft] = home.notes("Pending_Approval")
    assert "And on Sunday?" in draft.read_text(encoding="utf-8")
    home.approve_all()
    home.run()
    assert answered(carrier) == {"<2@example.com>": 1}


def test_what_the_person_answered_themselves_is_not_answered_again(carrier: Carrier, tmp_path: Path) -> None:
    home, me = Home(tmp_path, carrier), carrier.account.address
    carrier.deliver(mail(1, me))
    home.run()
    home.approve_all()
    carrier.write_by_hand(letter("From 9 to 5.", answers="<1@example.com>", sender=me, to="p1@example.com",
                                 subject="Re: Question 1", message_id="<mine@company.example>"))  # fmt: skip
    home.run()
    assert not carrier.left()
    assert [note.parent.parent.name for note in home.notes("Done")] == ["Done"]
    assert home.notes("Approved") == []


def test_a_program_killed_at_any_moment_answers_everything_once(carrier: Carrier, tmp_path: Path) -> None:
    home, chance = Home(tmp_path, carrier), Random(7)
    home.run()
    for number in range(1, KILLS + 1):
        carrier.deliver(mail(number, carrier.account.address))
        process = home.begin()
        time.sleep(chance.uniform(0.3, 2.5))
        kill(process)
    home.run()
    for failed in home.terminal.json("list", "failed")["notes"]:  # three kills met it: the person tries again
        home.terminal.ok("retry", failed["id"])
    home.run()
    assert len(home.notes("Pending_Approval")) == KILLS
    home.approve_all()
    home.run()
    assert answered(carrier) == {f"<{number}@example.com>": 1 for number in range(1, KILLS + 1)}
    assert len(home.notes("Done")) == KILLS


@pytest.mark.parametrize("endpoint", ["drafts.send", "messages.batchModify"])  # before that it waits two minutes
def test_a_program_killed_while_google_holds_its_answer_back_sends_once(
    gmail: Gmail, tmp_path: Path, endpoint: str
) -> None:
    home = Home(tmp_path, gmail)
    gmail.deliver(mail(1, gmail.account.address))
    home.run()
    home.approve_all()
    gmail.server.fails(endpoint, "accept-hang")
    before = len(gmail.server.asked(endpoint))
    process = home.begin()
    until(lambda: len(gmail.server.asked(endpoint)) > before)
    kill(process)
    home.run()
    assert answered(gmail) == {"<1@example.com>": 1}
    [done] = home.notes("Done")
    assert "outcome: sent" in done.read_text(encoding="utf-8")


def test_a_quiet_look_asks_google_once(gmail: Gmail, tmp_path: Path) -> None:
    home = Home(tmp_path, gmail)
    gmail.deliver(mail(1, gmail.account.address))
    home.run()
    home.run()  # sees our own labels
    before = len(gmail.server.asked())
    home.run()
    assert [each.endpoint for each in gmail.server.asked()[before:]] == ["history.list"]
