"""Hearing of new mail at once, against a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from daemon.adapters.imap.box import ImapBox
from daemon.adapters.imap.idle import Idle
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.mailboxes.values import Window
from tests.between import Between, between
from tests.dovecot import IMAP, Dovecot, mail, running

pytestmark = pytest.mark.integration
TELLING = IMAP.model_copy(update={"idle": True})
NOW = datetime.now(UTC)
WEEK = Window(NOW - timedelta(days=7))
SOON = 15  # seconds, on however busy a machine


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@dataclass
class Heard:
    """A mailbox that is listened to, behind something that can break the connection."""

    server: Dovecot
    wire: Between
    account: ImapAccount
    woken: Event = field(default_factory=Event)

    def deliver(self) -> None:
        self.server.put(self.account, mail(), at=NOW)

    @property
    def behind(self) -> ImapAccount:
        here = Server(host="127.0.0.1", port=self.wire.port, security="plain")
        return self.account.model_copy(update={"imap": here})

    def idle(self) -> Idle:
        """It listens when this returns."""
        idle = Idle(self.behind, TELLING, self.woken.set)
        idle.start()
        self.heard()
        idle.settle()
        return idle

    def heard(self) -> bool:
        came = self.woken.wait(SOON)
        self.woken.clear()
        return came


@pytest.fixture
def heard(dovecot: Dovecot) -> Iterator[Heard]:
    with between(dovecot.port) as wire:
        yield Heard(dovecot, wire, dovecot.account())


def listening(name: str) -> list[str]:
    return [each.name for each in threading.enumerate() if each.name == f"idle {name}"]


def test_new_mail_wakes(heard: Heard) -> None:
    idle = heard.idle()
    heard.deliver()
    assert heard.heard()
    assert idle.stirred
    idle.close()


def test_a_look_settles_it(heard: Heard) -> None:
    box = ImapBox(heard.account, TELLING, heard.woken.set)
    cursor = box.changes("", WEEK).cursor
    heard.heard()  # it listens from now on, and had the box look once more
    heard.deliver()
    heard.heard()
    assert box.stirred
    assert len(list(box.changes(cursor, WEEK).stubs)) == 1
    assert not box.stirred
    box.close()


def test_closing_ends_the_thread_at_once(heard: Heard) -> None:
    idle = heard.idle()
    idle.close()
    assert listening(heard.account.name) == []


def test_a_box_that_never_listened_can_be_closed(heard: Heard) -> None:
    idle = Idle(heard.account, TELLING, heard.woken.set)
    idle.close()
    idle.close()


def test_after_a_broken_connection_it_comes_back_and_tells_what_came_meanwhile(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.adapters.imap.idle._SHORTEST", 0.1)
    idle = heard.idle()
    heard.wire.hang_up()
    assert heard.heard()
    assert idle.stirred
    idle.close()


def test_it_is_renewed_before_the_server_gives_up(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.adapters.imap.idle._RENEWED", 0.2)
    idle = heard.idle()
    assert heard.wire.was_asked("IDLE", 3)
    heard.deliver()
    assert heard.heard()
    idle.close()


def test_a_server_that_cannot_tell_is_only_polled() -> None:
    with running(more="imap_capability = IMAP4rev1 AUTH=PLAIN SASL-IR UNSELECT") as server:
        account, woken = server.account(), Event()
        idle = Idle(account, TELLING, woken.set)
        idle.start()
        thread = next(each for each in threading.enumerate() if each.name == f"idle {account.name}")
        thread.join(SOON)
        assert (thread.is_alive(), woken.is_set(), idle.stirred) == (False, False, False)
        idle.close()


def test_with_idle_switched_off_no_thread_is_started(heard: Heard) -> None:
    box = ImapBox(heard.account, IMAP, heard.woken.set)
    box.changes("", WEEK)
    assert listening(heard.account.name) == []
    box.close()
