"""Reading and labelling an IMAP mailbox, against a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from daemon.adapters.imap import connection
from daemon.adapters.imap.box import ImapBox
from daemon.adapters.imap.client import About
from daemon.adapters.imap.keywords import labels
from daemon.core.errors import Transient
from daemon.core.mailboxes import states
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.mailboxes.values import DONE, READY, SEEN, Changes, CursorLost, Stub, Window
from daemon.core.ports import Missing
from tests.adapters.mailbox_contract import MailboxContract, World
from tests.between import Between, between
from tests.dovecot import IMAP, Dovecot, as_library, mail, running

pytestmark = pytest.mark.integration
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Imap:
    """See `World`."""

    server: Dovecot
    account: ImapAccount
    box: ImapBox
    now: datetime = NOW

    def deliver(
        self, data: bytes, *, ago: timedelta = timedelta(), sent: bool = False, unread: bool = True, draft: bool = False
    ) -> None:
        folder = "Drafts" if draft else "Sent" if sent else "INBOX"
        flags = () if unread and not sent else ("\\Seen",)
        self.server.put(self.account, data, folder=folder, flags=flags, at=self.now - ago)

    def remove(self, stub: Stub) -> None:
        self.flag(stub, "\\Deleted", purge=True)

    def ignore(self, stub: Stub) -> None:
        self.flag(stub, "$ai_IGNORE")

    def flag(self, stub: Stub, flag: str, *, purge: bool = False) -> None:
        with connection.opened(self.account, IMAP) as client:
            client.opened(stub.remote.split(";")[0], change=True)
            client.keep([int(stub.remote.split(";")[2])], add=[flag])
            if purge:
                as_library(client).expunge()

    def forget(self) -> None:
        self.server.replaced(self.account)

    def labels(self, stub: Stub) -> set[str]:
        return {label for label in labels(self._about(stub).flags) if label.startswith("AI/")}

    def unread(self, stub: Stub) -> bool:
        return "\\seen" not in self._about(stub).flags

    def in_inbox(self, stub: Stub) -> bool:
        return bool(self._listed("INBOX", int(stub.remote.split(";")[2])))

    def _about(self, stub: Stub) -> About:
        """Where it was told of, else it is the newest of the archive."""
        found = self._listed(stub.remote.split(";")[0], int(stub.remote.split(";")[2])) or self._listed("Archive")
        return found[-1]

    def _listed(self, folder: str, *wanted: int) -> list[About]:
        with connection.opened(self.account, IMAP) as client:
            client.opened(folder)
            return client.about(wanted or client.numbers(["ALL"]))


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.fixture
def imap(dovecot: Dovecot) -> Iterator[Imap]:
    account = dovecot.account()
    box = ImapBox(account, IMAP, lambda: None)
    yield Imap(dovecot, account, box)
    box.close()


class TestImapBox(MailboxContract):
    @pytest.fixture
    def world(self, imap: Imap) -> World:
        return imap


@dataclass
class Watched:
    """A mailbox behind something that writes down what is asked, and can break the connection."""

    server: Dovecot
    wire: Between
    account: ImapAccount
    box: ImapBox


@pytest.fixture
def watched(dovecot: Dovecot) -> Iterator[Watched]:
    account = dovecot.account()
    with between(dovecot.port) as wire:
        behind = account.model_copy(update={"imap": Server(host="127.0.0.1", port=wire.port, security="plain")})
        box = ImapBox(behind, IMAP, lambda: None)
        yield Watched(dovecot, wire, account, box)
        box.close()


WEEK = Window(NOW - timedelta(days=7))


def told(box: ImapBox, cursor: str = "") -> list[Stub]:
    return list(box.changes(cursor, WEEK).stubs)


def test_a_look_with_nothing_new_is_one_request(watched: Watched) -> None:
    watched.server.put(watched.account, mail(), at=NOW)
    cursor = watched.box.changes("", WEEK).cursor
    watched.box.changes(cursor, WEEK)
    watched.wire.asked.clear()
    assert watched.box.changes(cursor, WEEK).cursor == cursor
    assert watched.wire.asked == ['LIST "" ("INBOX" "Sent") RETURN (STATUS (UIDNEXT UIDVALIDITY HIGHESTMODSEQ))']


def test_a_connection_that_died_between_two_looks_is_made_anew(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = watched.box.changes("", WEEK).cursor
    watched.server.put(watched.account, mail(), at=NOW)
    watched.wire.hang_up()
    monkeypatch.setattr("daemon.adapters.imap.line._STALE", 0.0)
    assert len(told(watched.box, cursor)) == 1


def test_a_connection_that_breaks_within_a_message_is_trouble_and_the_message_comes_later(watched: Watched) -> None:
    watched.server.put(watched.account, mail(size=500_000), at=NOW)
    stub = told(watched.box)[0]
    watched.wire.left = 100_000
    with pytest.raises(Transient, match="broke off"):
        watched.box.fetch(stub.remote, 10**6)
    watched.wire.left = None
    assert len(watched.box.fetch(stub.remote, 10**6)) == stub.size


def broken_off_twice(watched: Watched, after: int) -> tuple[Changes, Stub]:
    """A look that found a mail of which two fetches broke off after so many bytes, as the next one will."""
    watched.server.put(watched.account, mail(size=500_000), at=NOW)
    looked = watched.box.changes("", WEEK)
    stub = next(iter(looked.stubs))
    for _ in range(2):
        watched.wire.left = after
        with pytest.raises(Transient):
            watched.box.fetch(stub.remote, 10**6)
    watched.wire.left = after
    return looked, stub


def test_a_message_that_breaks_every_connection_does_not_stand_before_the_others(watched: Watched) -> None:
    looked, stub = broken_off_twice(watched, after=100_000)
    assert len(watched.box.fetch(stub.remote, 10**6)) == 64 * 1024
    watched.wire.left = None
    assert "Only the beginning of a mail in INBOX" in watched.box.changes(looked.cursor, WEEK).notices[0]


def test_a_message_of_which_nothing_comes_is_left_out_with_a_notice(watched: Watched) -> None:
    looked, stub = broken_off_twice(watched, after=20_000)
    with pytest.raises(Missing):
        watched.box.fetch(stub.remote, 10**6)
    watched.wire.left = None
    assert "cannot be fetched. Look at it there." in watched.box.changes(looked.cursor, WEEK).notices[0]


def test_mail_and_answers_come_in_the_order_in_which_they_were_written(imap: Imap) -> None:
    imap.deliver(mail("first"), ago=timedelta(hours=3))
    imap.deliver(mail("second"), ago=timedelta(hours=1))
    imap.deliver(mail("answer"), ago=timedelta(hours=2), sent=True)
    assert [stub.sent for stub in told(imap.box)] == [False, True, False]


def test_a_folder_numbered_anew_loses_the_cursor_and_names_its_messages_otherwise(imap: Imap) -> None:
    imap.deliver(mail())
    looked = imap.box.changes("", WEEK)
    before = [stub.remote for stub in looked.stubs]
    imap.server.replaced(imap.account)
    with pytest.raises(CursorLost):
        imap.box.changes(looked.cursor, WEEK)
    after = [stub.remote for stub in told(imap.box)]
    assert (len(before), len(after), set(before) & set(after)) == (1, 1, set())
    with pytest.raises(Missing):
        imap.box.fetch(before[0], 1000)
    imap.box.mark([states.mark(before[0], DONE)])  # of something that is gone
    assert imap.labels(told(imap.box)[0]) == set()


@pytest.mark.parametrize("broken", ["x", "{}", "[]", '{"since": "x", "folders": {}}', '{"since": 1e999, "folders": 3}'])
def test_a_cursor_that_is_none_is_lost(imap: Imap, broken: str) -> None:
    with pytest.raises(CursorLost):
        imap.box.changes(broken, WEEK)


@pytest.mark.parametrize("foreign", ["", "INBOX", "INBOX;1", "INBOX;x;1", ";1;1", "18c2ab"])
def test_what_this_mailbox_never_named_is_missing(imap: Imap, foreign: str) -> None:
    with pytest.raises(Missing):
        imap.box.fetch(foreign, 1000)


def test_old_mail_that_is_moved_into_the_inbox_is_no_news_once_it_was_read(imap: Imap) -> None:
    cursor = imap.box.changes("", WEEK).cursor
    imap.deliver(mail("read years ago"), ago=timedelta(days=900), unread=False)
    imap.deliver(mail("never read"), ago=timedelta(days=900))
    assert [stub.remote[-1] for stub in told(imap.box, cursor)] == ["2"]


def test_a_mail_that_was_archived_and_comes_back_has_another_name(imap: Imap) -> None:
    imap.deliver(mail())
    looked = imap.box.changes("", WEEK)
    stub = next(iter(looked.stubs))
    imap.box.mark([states.mark(stub.remote, DONE, archive=True)])
    imap.box.mark([states.mark(stub.remote, DONE, archive=True)])  # it is not there any more
    with connection.opened(imap.account, IMAP) as client:
        client.opened("Archive", change=True)
        client.put_into("INBOX", [1])
    back = told(imap.box, looked.cursor)
    assert [each.remote == stub.remote for each in back] == [False]
    assert DONE in back[0].labels


def test_a_label_of_the_person_s_rules_is_kept_as_thunderbird_would_write_it(imap: Imap) -> None:
    imap.deliver(mail())
    stub = told(imap.box)[0]
    imap.box.mark([states.mark(stub.remote, READY, extra=("Rechnungen (2026)", "日本"))])
    assert imap.labels(stub) == {READY}
    assert {"rechnungen__2026_", "&zevnla-"} <= told(imap.box)[0].labels


NO_NAMES = "  mailbox Gesendet {\n    auto = create\n  }\n"


def test_a_server_that_can_little_and_names_no_folders() -> None:
    """STATUS for each folder, no MOVE, and Sent is known by its German name."""
    less = "imap_capability = IMAP4rev1 IDLE AUTH=PLAIN SASL-IR\nmail_always_cache_fields = flags"
    with running(folders=NO_NAMES, more=less) as server:
        account = server.account()
        box = ImapBox(account, IMAP, lambda: None)
        server.put(account, mail(), at=NOW)
        server.put(account, mail("answer"), folder="Gesendet", at=NOW + timedelta(seconds=1))
        looked = box.changes("", WEEK)
        stubs = list(looked.stubs)
        assert [stub.sent for stub in stubs] == [False, True]
        box.mark([states.mark(stubs[0].remote, SEEN, archive=False)])
        box.mark([states.mark(stubs[0].remote, DONE, archive=True)])
        server.put(account, mail("next"), at=NOW)
        later = box.changes(looked.cursor, WEEK)
        assert ["has no archive" in said for said in later.notices] == [True]
        assert [stub.remote[-1] for stub in later.stubs] == ["2"]
        assert list(box.changes(later.cursor, WEEK).stubs) == []
        box.close()


def test_a_thousand_mails_come_once_each(imap: Imap) -> None:
    imap.server.fill(imap.account, [mail(f"number {number}") for number in range(1000)])
    looked = imap.box.changes("", Window(datetime(2020, 1, 1, tzinfo=UTC)))
    stubs = list(looked.stubs)
    fetched = {imap.box.fetch(stub.remote, 10_000) for stub in stubs}
    assert (len(stubs), len(fetched)) == (1000, 1000)
    assert told(imap.box, looked.cursor) == []
