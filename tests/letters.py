"""Mails of the corpora: tables of a few keys, written out as the bytes that a mail program would send."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
ORDINARY = CORPUS / "ordinary"
INJECTED = CORPUS / "injected"
Letter = Mapping[str, Any]
ME = "office@lindner-wood.example"


def letters(folder: Path) -> Iterator[Letter]:
    """Every mail of a corpus, in the order in which it stands there."""
    for path in sorted(folder.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8")).get("mail", [])


def drops(folder: Path) -> Iterator[Letter]:
    """Every file of a corpus that is dropped as it is: `name` and `text`."""
    for path in sorted(folder.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8")).get("drop", [])


def written(letter: Letter, number: int) -> bytes:
    """The whole message; `number` makes its Message-ID."""
    message = EmailMessage()
    message["From"] = letter["from"]
    message["To"] = letter.get("to", ME)
    message["Subject"] = letter["subject"]
    message["Date"] = "Tue, 10 Mar 2026 08:30:00 +0100"
    message["Message-ID"] = f"<letter-{number}@mail.example>"
    for name, key in (("Cc", "cc"), ("Reply-To", "reply_to")):
        if key in letter:
            message[name] = letter[key]
    for line in letter.get("also", ()):
        name, _, value = line.partition(": ")
        message[name] = value
    _fill(message, letter)
    return message.as_bytes()


def _fill(message: EmailMessage, letter: Letter) -> None:
    if "text" in letter:
        message.set_content(letter["text"])
        if "html" in letter:
            message.add_alternative(letter["html"], subtype="html")
    else:
        message.set_content(letter["html"], subtype="html")
    for file in letter.get("files", ()):
        kind, _, sub = str(file.get("type", "text/plain")).partition("/")
        data = str(file["text"]).encode()
        if kind == "text":
            message.add_attachment(str(file["text"]), subtype=sub, filename=file["name"])
        else:
            message.add_attachment(data, maintype=kind, subtype=sub, filename=file["name"])
