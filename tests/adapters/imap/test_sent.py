"""Copies of sent mail: in the right folder whatever it is called, once, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Timer
from typing import Any

import pytest

from daemon.adapters.imap import connection, sent
from daemon.adapters.imap.channel import SmtpChannel
from daemon.adapters.imap.copies import Copies
from daemon.adapters.imap.sent import SentFolder
from daemon.core import mail
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.ports import CannotTell, Found
from tests import dovecot as dovecots
from tests import smtp as servers
from tests.dovecot import IMAP, Dovecot
from tests.factories import outgoing
from tests.fakes import NOON
from tests.smtp import Drops, MailServer

PLAIN = frozenset[str]()
KEY = "taaaaaaaaaa-g1.i123"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with dovecots.running() as server:
        yield server


def message(key: str = KEY, size: int = 0) -> bytes:
    return mail.build(
        outgoing(
            sender=mail.Address("Me", servers.USER),
            bcc=(mail.Address("", "eve@example.com"),),
            subject="Grüße",
            text="Hello\n" + "x" * size,
            key=key,
            date=NOON + timedelta(minutes=1),
        )
    )


# --- which folder


@pytest.mark.parametrize(
    "name",
    [
        "Sent",
        "INBOX.Sent",
        "INBOX/Sent Items",
        "Sent Messages",
        "Gesendet",
        "Gesendete Objekte",
        "INBOX.Gesendete Elemente",
        "Éléments envoyés",
        "INBOX.E\u0301le\u0301ments envoye\u0301s",
        "Messages envoyés",
        "Elementos enviados",
        "Itens enviados",
        "Posta inviata",
        "Verzonden items",
        "Skickat",
        "Sendte elementer",
        "Lähetetyt",
        "Wysłane",
        "Odeslané",
        "Отправленные",
        "Надіслані",
        "Gönderilmiş Öğeler",
        "送信済みメール",
        "已发送",
        "보낸편지함",
    ],
)
def test_folder_is_found_by_its_name_in_many_languages(name: str) -> None:
    folders = [(PLAIN, "INBOX"), (PLAIN, "Drafts"), (PLAIN, name), (PLAIN, "Trash")]
    assert sent.of(folders) == name


def test_folder_that_the_server_names_goes_before_any_other() -> None:
    folders = [(PLAIN, "Sent"), (frozenset({"\\hasnochildren", "\\sent"}), "Ausgang 2026"), (PLAIN, "Gesendet")]
    assert sent.of(folders) == "Ausgang 2026"


def test_folder_that_holds_only_folders_is_none() -> None:
    assert sent.of([(frozenset({"\\noselect"}), "Sent"), (PLAIN, "Sent Items")]) == "Sent Items"


@pytest.mark.parametrize("name", ["Presents", "Sent to press", "Sent/2019", "Archive/Sent", "Unsent", ""])
def test_folder_that_is_only_called_like_it_is_none(name: str) -> None:
    assert sent.of([(PLAIN, "INBOX"), (PLAIN, name)]) == ""


# --- a real server


def sending(dovecot: Dovecot, office: MailServer, **more: Any) -> ImapAccount:
    """Read at Dovecot, sent from by SMTP."""
    login = servers.account(office)
    account = dovecot.account(**more)
    return account.model_copy(update={"aliases": login.addresses, "smtp": login.smtp})


def kept(account: ImapAccount, folder: str = "Sent") -> list[tuple[bytes, frozenset[str]]]:
    """What lies in a folder, with its flags."""
    with connection.opened(account, IMAP) as client:
        client.opened(folder)
        numbers = client.numbers(["ALL"])
        return [(client.content(each.number, 2**24) or b"", each.flags) for each in client.about(numbers)]


@pytest.mark.integration
def test_copy_lies_in_sent_as_it_was_approved_and_read(dovecot: Dovecot) -> None:
    account = dovecot.account()
    folder = SentFolder(account, IMAP)
    assert not folder.holds(f"<{KEY}@company.example>", KEY)
    folder.put(message())
    assert [(data, flags & {"\\seen"}) for data, flags in kept(account)] == [(message(), {"\\seen"})]
    assert folder.holds(f"<{KEY}@company.example>", "")
    assert folder.holds("", KEY)
    assert not folder.holds("<taaaaaaaaaa-g1.i12@company.example>", "taaaaaaaaaa-g1.i12")


@pytest.mark.integration
def test_large_copy_is_kept_whole(dovecot: Dovecot) -> None:
    account = dovecot.account()
    SentFolder(account, IMAP).put(message(size=8 * 2**20))
    assert kept(account)[0][0] == message(size=8 * 2**20)


@pytest.mark.integration
def test_copy_of_the_provider_with_another_id_is_found_by_the_key(dovecot: Dovecot) -> None:
    account = dovecot.account()
    dovecot.put(account, message().replace(b"Message-ID: <", b"Message-ID: <its-own-"), folder="Sent")
    assert SentFolder(account, IMAP).holds(f"<{KEY}@company.example>", KEY)


@pytest.mark.integration
def test_copy_that_the_provider_makes_a_moment_later_is_found(dovecot: Dovecot) -> None:
    account = dovecot.account()
    later = Timer(0.2, dovecot.put, [account, message()], {"folder": "Sent"})
    later.start()
    patient = IMAP.model_copy(update={"timeout_seconds": 60})
    assert SentFolder(account, patient).holds(f"<{KEY}@company.example>", KEY)
    later.join()


@pytest.mark.integration
@pytest.mark.parametrize("odd", ['a"b', "a\\b", "a b", "a) NOT (ALL", "*", "%"])
def test_odd_key_finds_nothing_and_harms_nothing(dovecot: Dovecot, odd: str) -> None:
    account = dovecot.account()
    SentFolder(account, IMAP).put(message())
    assert not SentFolder(account, IMAP).holds(f"<{odd}>", odd)


@pytest.mark.integration
@pytest.mark.parametrize("name", ["Gesendete Objekte", "Éléments envoyés", "已发送", "INBOX/Sent"])
def test_server_that_names_no_folder(name: str) -> None:
    with dovecots.running(folders="") as server:
        account = server.account()
        with connection.opened(account, IMAP) as client:
            dovecots.as_library(client).create_folder(name)
        SentFolder(account, IMAP).put(message())
        assert len(kept(account, name)) == 1


@pytest.mark.integration
def test_mailbox_without_such_a_folder_says_what_to_do() -> None:
    with dovecots.running(folders="") as server:
        account = server.account()
        with pytest.raises(Permanent, match=r"`\[imap\] sent`"):
            SentFolder(account, IMAP).holds("<x@y>", "x")


@pytest.mark.integration
def test_folder_of_the_settings_goes_first(dovecot: Dovecot) -> None:
    account = dovecot.account()
    SentFolder(account, IMAP.model_copy(update={"sent": "Archive"})).put(message())
    SentFolder(account, IMAP.model_copy(update={"sent": "Elsewhere"})).put(message("tbbbbbbbbbb-g1.i123"))
    assert (len(kept(account, "Archive")), len(kept(account, "Sent"))) == (1, 1)


@pytest.mark.integration
def test_login_that_is_refused_is_for_the_person() -> None:
    with dovecots.running() as server:  # its own: it lets everybody wait after a wrong password
        account = server.account().model_copy(update={"password": "wrong"})
        with pytest.raises(UserError, match="app password"):
            SentFolder(account, IMAP).put(message())


# --- both together


class Notes:
    """Jottings in memory."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get(self, key: str, name: str) -> str:
        return self._kept.get((key, name), "")

    def put(self, key: str, name: str, value: str) -> None:
        self._kept[key, name] = value


@pytest.fixture
def office() -> Iterator[MailServer]:
    with servers.running() as server:
        yield server


def channel(account: ImapAccount, notes: Notes) -> SmtpChannel:
    login = account.model_copy(update={"user": servers.USER, "password": servers.PASSWORD})
    settings = IMAP.model_copy(update={"timeout_seconds": 20})
    return SmtpChannel(login, settings, notes, SentFolder(account, settings))


@pytest.mark.integration
def test_mail_leaves_and_its_copy_lies_in_sent(dovecot: Dovecot, office: MailServer) -> None:
    account = sending(dovecot, office)
    channel(account, Notes()).send(message(), title="", key=KEY)
    assert len(office.accepted) == 1
    assert b"eve@" not in office.accepted[0].content
    assert [data for data, _ in kept(account)] == [message()]


@pytest.mark.integration
def test_interrupted_sending_is_told_by_the_copy_of_the_provider(dovecot: Dovecot, office: MailServer) -> None:
    account, notes = sending(dovecot, office), Notes()
    office.fails("ACCEPTED", Drops())
    with pytest.raises(UnknownOutcome):
        channel(account, notes).send(message(), title="", key=KEY)
    assert isinstance(channel(account, notes).look_up(message(), title="", key=KEY), CannotTell)
    dovecot.put(account, message(), folder="Sent")
    assert isinstance(channel(account, notes).look_up(message(), title="", key=KEY), Found)


@pytest.mark.integration
def test_interrupted_sending_with_no_mailbox_to_look_into_waits(office: MailServer) -> None:
    account, notes = servers.account(office), Notes()
    office.fails("ACCEPTED", Drops())
    with pytest.raises(UnknownOutcome):
        channel(account, notes).send(message(), title="", key=KEY)
    with pytest.raises(Transient):
        channel(account, notes).look_up(message(), title="", key=KEY)


def test_provider_that_always_makes_the_copy_is_left_to_it() -> None:
    gmail = Server(host="smtp.gmail.com", port=465, security="tls")
    account = servers.account(MailServer(port=1)).model_copy(update={"smtp": gmail})
    notes = Notes()
    Copies(account, SentFolder(account, IMAP), notes).make(KEY, message())
    assert notes.get(KEY, "copied") == "yes"
