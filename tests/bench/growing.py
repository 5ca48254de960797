"""What thousands of finished tasks cost those who come after them: it should be nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from daemon.app import App
from daemon.app.running import Daemon
from daemon.core.ports import Receipt
from daemon.core.proposal import Content, Hold, sha256
from daemon.core.task import Arrival, Original
from daemon.runtime import runner
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.proposals import Start
from tests.bench.measuring import Row, Scale, paired
from tests.bench.office import Office


@dataclass
class Desk:
    """An office whose daemon is stepped by hand."""

    office: Office
    app: App
    daemon: Daemon
    dropped: int = 0

    def rest(self) -> None:
        runner.drain(self.daemon.roles, self.app.clock, self.daemon.wake)

    def one_task(self) -> None:
        self.dropped += 1
        self.office.drop(self.dropped)
        self.rest()
        self.office.approve_all()
        self.rest()

    def look(self) -> None:
        for role in self.daemon.roles:
            role.step(self.app.clock.now())


def finished(folder: Path, scale: Scale) -> Iterator[Row]:
    """The same in two vaults: one with a history in Done/, Attachments/, Outbox/ and the ledger, one without."""
    with ExitStack() as stack:
        old, new = (desk(Office(folder / name), stack) for name in ("old", "new"))
        for each in (old, new):
            each.one_task()
        remember(old, scale.finished)
        against, aim = "in a vault without them", "1.00"
        history = f"{scale.finished:,} finished tasks"
        here, floor = paired(lambda: old.office.employee("status"), lambda: new.office.employee("status"), scale.pairs)
        yield Row(f"employee status, {history}", here, floor, against, aim)
        here, floor = paired(old.look, new.look, scale.repeats)
        yield Row(f"One look of all roles, {history}", here, floor, against, aim)
        here, floor = paired(old.one_task, new.one_task, 4 * scale.pairs)
        yield Row(f"One task, drop → Done, {history}", here, floor, against, aim)


def desk(office: Office, stack: ExitStack) -> Desk:
    app = stack.enter_context(office.opened())
    return Desk(office, app, stack.enter_context(app.daemon()))


def remember(desk: Desk, count: int) -> None:
    """Make tasks that are over, as the ledger records them and the vault keeps them; one every few minutes."""
    ledger = desk.app.ledger
    done = next(iter(desk.office.vault.glob("Done/*/*.md")))
    content = ledger.proposals.content((done.stem.rpartition("_")[2], 1))
    now = desk.app.clock.now()
    with ledger.transaction():
        for number in range(count):
            at = now - timedelta(days=1, minutes=10 * number)
            task = f"told{number:06d}"
            record(ledger, task, replace(content, name=f"EMAIL_REPLY_old_{task}.md"), at)
            keep(desk.office.vault, task, content.note, at)


def record(ledger: Ledger, task: str, content: Content, at: datetime) -> None:
    """Every step that a task leaves in the ledger, through the ledger's own door."""
    key, day, effect = (task, 1), f"{at:%Y-%m-%d}", f"{task}-g1.{ledger.instance}"
    original = Original("mail.eml", b"")
    ledger.tasks.arrive(task, task, Arrival("email", "inbox", task, "", task, "", (original,)), at)
    ledger.tasks.attempt(task)
    ledger.proposals.propose(key, content, replacing=0, expires=at + timedelta(days=7), now=at)
    ledger.proposals.mark_seen([key])
    proposal = ledger.proposals.get(key)
    if proposal is None:
        raise AssertionError("it was just proposed")
    ledger.proposals.hold(proposal, Hold(at, sha256(content.note), "owner", "folder", twin=False), at)
    ledger.proposals.begin(proposal, Start(effect, content.note, day), at, objection=str)
    ledger.proposals.finish(proposal, effect, Receipt("sent", f"Outbox/{task}.eml"), day=day, now=at)
    ledger.proposals.mark_filed(key)


def keep(vault: Path, task: str, note: bytes, at: datetime) -> None:
    attachments, month = vault / "Attachments" / task, vault / "Done" / f"{at:%Y-%m}"
    attachments.mkdir()
    month.mkdir(exist_ok=True)
    for path in (attachments / "mail.eml", month / f"EMAIL_REPLY_old_{task}.md", vault / "Outbox" / f"{task}.eml"):
        path.write_bytes(note)
