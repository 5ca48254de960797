"""The folder of sent mail of an IMAP account: looked into and added to. Nothing in it is changed or removed."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable, Mapping

from daemon.adapters.imap import connection
from daemon.adapters.imap.client import Client
from daemon.core.errors import Permanent
from daemon.core.mail import KEY_HEADER, headers
from daemon.core.mail.headers import Fields
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.settings import Imap

_COMPARED = 10  # messages; of those that are found there is one
_MOMENT = 1 / 20  # of what a server may take to answer
_SENT = "\\sent"  # RFC 6154
# What servers that do not say which folder it is call it: in English, as their web page or a mail program named it
# in the person's language when it made the folder.
_USUAL = (
    "sent|sent items|sent messages|sent mail|sent-mail|sentmail|sentbox|"
    "gesendet|gesendete elemente|gesendete objekte|gesendete nachrichten|"
    "envoyés|éléments envoyés|messages envoyés|courrier envoyé|objets envoyés|"
    "enviados|elementos enviados|mensajes enviados|correo enviado|itens enviados|mensagens enviadas|"
    "inviata|posta inviata|inviati|elementi inviati|messaggi inviati|"
    "verzonden|verzonden items|verzonden berichten|verstuurd|"
    "skickat|skickade|skickade objekt|sendt|sendte|sendt post|sendte elementer|sendte meldinger|"
    "lähetetyt|lähetetyt viestit|saadetud|nosūtītie|išsiųsta|"
    "wysłane|elementy wysłane|odeslané|odeslaná pošta|odoslané|odoslaná pošta|elküldött|elküldött elemek|"
    "trimise|mesaje trimise|изпратени|отправленные|надіслані|poslano|poslane stavke|poslato|"
    "απεσταλμένα|gönderilmiş|gönderilmiş öğeler|gönderilenler|"
    "送信済み|送信済みアイテム|送信済みメール|已发送|已发送邮件|已寄出|寄件備份|보낸편지함|보낸 편지함|"
    "ส่งแล้ว|đã gửi|terkirim|נשלח|דואר יוצא|المرسلة|العناصر المرسلة|ارسال شده|भेजे गए"
)
_NAMES = tuple(name.casefold() for name in _USUAL.split("|"))


class SentFolder:
    """Of one account; see `copies.Sent`. One connection for each question: there are few."""

    def __init__(self, account: ImapAccount, settings: Imap) -> None:
        self._account = account
        self._settings = settings

    def holds(self, message_id: str, key: str) -> bool:
        """By the Message-ID; by the key as well, since some servers give mail a Message-ID of their own.

        Some providers put a copy there themselves, a moment after they took the mail.
        """
        wanted = {"Message-ID": message_id, KEY_HEADER: key}
        with connection.opened(self._account, self._settings) as client:
            client.opened(self._folder(client))
            if _holds(client, wanted):
                return True
            time.sleep(self._settings.timeout_seconds * _MOMENT)
            return _holds(client, wanted)

    def put(self, message: bytes) -> None:
        """As a message that was read."""
        with connection.opened(self._account, self._settings) as client:
            client.add(self._folder(client), message, "\\Seen")

    def _folder(self, client: Client) -> str:
        folders = client.folders()
        named = [name for _, name in folders if name == self._settings.sent]
        found = next(iter([*named, of(folders)]))
        if not found:
            raise Permanent(
                f"{self._account.address} has no folder that is known to hold sent mail; name it in `[imap] sent`."
            )
        return found


def of(folders: Iterable[tuple[frozenset[str], str]]) -> str:
    """The folder of sent mail: the one the server names, else one that is called so in some language; "" = none.

    `folders`: each with its attributes in lower case.
    """
    usable = [(attributes, name) for attributes, name in folders if not attributes & {"\\noselect", "\\nonexistent"}]
    named = [name for attributes, name in usable if _SENT in attributes]
    called = sorted((name for _, name in usable if _last(name) in _NAMES), key=lambda name: _NAMES.index(_last(name)))
    return next(iter([*named, *called]), "")


def _last(name: str) -> str:
    """Folders lie below the inbox on some servers ("INBOX.Sent", "INBOX/Sent"); accents are written in two ways."""
    return unicodedata.normalize("NFC", re.sub(r"^inbox[./]", "", name, flags=re.IGNORECASE)).casefold()


def _holds(client: Client, wanted: Mapping[str, str]) -> bool:
    return any(_has(client, header, value) for header, value in wanted.items() if value)


def _has(client: Client, header: str, value: str) -> bool:
    """What a search finds is compared: it finds parts of words too, and some servers find anything."""
    newest = client.numbers(["HEADER", header, value])[-_COMPARED:]
    return any(value in _fields(client.head(number)).all(header.lower()) for number in newest)


def _fields(head: bytes) -> Fields:
    return headers.split(head, 0, len(head), limit=len(head))[0]
