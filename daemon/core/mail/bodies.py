"""Which parts are the text a person would read, and which are attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.core import markup
from daemon.core.formats import letters
from daemon.core.mail import charsets
from daemon.core.mail.mime import Container, Leaf, Node
from daemon.core.mail.values import Part

MAX_TEXT = 1_000_000  # characters shown; the original keeps the rest
MAX_SOURCE = 1_500_000  # bytes of one text part that are looked at; HTML is mostly tags
MAX_STUB = 400  # characters; a plain part that only points at the HTML part is never longer

_CUT = "The text is very long; only its beginning is shown, and the original has the rest."
_STUB = re.compile(
    r"\bhtml\b.*\b(?:mail|view|client|browser|support|display|anzeige\w*|enabled|capable|format|version)"
    r"|(?:view|support|display|anzeige\w*|enable)\b.*\bhtml\b"
    r"|\b(?:view|read|see|open)\b.*\b(?:in (?:your |a |the )?(?:web ?)?browser|online)\b"
    r"|\bim browser\b",
    re.IGNORECASE | re.DOTALL,
)
_SUFFIX = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says, what came with it, and what could not be shown as it was meant."""

    text: str = ""
    attachments: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()


def read(root: Node) -> Body:
    """The text of the whole message and everything else as attachments, in order."""
    body = _named(_body(root))
    warnings = [*body.warnings, *_packed(body.attachments)]
    text = body.text.strip("\n")
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        warnings.append(_CUT)
    return Body(text, body.attachments, tuple(dict.fromkeys(warnings)))


def _body(node: Node) -> Body:
    if isinstance(node, Leaf):
        return _leaf(node)
    bodies = [_body(child) for child in node.children]
    shown = _best(node, bodies) if node.subtype == "alternative" else bodies
    return Body(
        "\n\n".join(text for body in shown if (text := body.text.strip("\n"))),
        tuple(part for body in bodies for part in body.attachments),
        tuple(warning for body in shown for warning in body.warnings),
    )


def _best(alternative: Container, bodies: Sequence[Body]) -> list[Body]:
    """The plain text, unless it is empty or only a pointer to the HTML; then the last that says anything."""
    pairs = list(zip(alternative.children, bodies, strict=True))
    plain = [body for child, body in pairs if _is_plain(child) and body.text.strip()]
    other = [body for child, body in pairs if not _is_plain(child) and body.text.strip()]
    if plain and not (other and _is_stub(plain[0].text)):
        return plain[:1]
    return other[-1:]


def _is_plain(node: Node) -> bool:
    return isinstance(node, Leaf) and node.media_type == "text/plain"


def _is_stub(plain: str) -> bool:
    return len(plain.strip()) <= MAX_STUB and _STUB.search(plain) is not None


def _leaf(leaf: Leaf) -> Body:
    if leaf.is_attached or leaf.media_type not in {"text/plain", "text/html"}:
        return _attachment(leaf)
    found = charsets.decode(leaf.data[:MAX_SOURCE], leaf.charset)
    text = found.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    unseen = ""
    if leaf.media_type == "text/html":
        page = markup.read(text)
        text, unseen = page.text, letters.hidden(page.hidden)
    elif leaf.parameter("format") == "flowed":
        text = unflowed(text, delete_space=leaf.parameter("delsp") == "yes")
    cut = _CUT if len(leaf.data) > MAX_SOURCE else ""
    return Body(text, (), tuple(sentence for sentence in (found.trouble, unseen, cut) if sentence))


def _attachment(leaf: Leaf) -> Body:
    return Body("", (Part(leaf.name, leaf.media_type, leaf.data),)) if leaf.data or leaf.name else Body()


def _named(body: Body) -> Body:
    """Every attachment has a name, so that a person can tell them apart."""
    parts = tuple(
        part if part.name else Part(f"part-{number}{_suffix(part)}", part.media_type, part.data)
        for number, part in enumerate(body.attachments, 1)
    )
    return Body(body.text, parts, body.warnings)


def _suffix(part: Part) -> str:
    return _SUFFIX.get(part.media_type, ".bin")


def _packed(parts: Sequence[Part]) -> list[str]:
    kinds = {part.media_type for part in parts}
    sentences: list[str] = []
    if "application/ms-tnef" in kinds or any(part.name.lower() == "winmail.dat" for part in parts):
        sentences.append("Outlook packed its attachments into winmail.dat; ask for them as PDF if they matter.")
    if kinds & {"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        sentences.append("Part of this mail is encrypted or sealed; open the original in a mail program.")
    return sentences


def unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs of format=flowed text on one line each, quote depth kept (RFC 3676)."""
    lines: list[str] = []
    flowing = -1  # the quote depth of a line that goes on, else -1
    for raw in text.split("\n"):
        unquoted = raw.lstrip(">")
        depth = len(raw) - len(unquoted)
        line = unquoted.removeprefix(" ")
        goes_on = line.endswith(" ") and line != "-- "
        line = line[:-1] if goes_on and delete_space else line
        if flowing == depth and line != "-- ":
            lines.append(line)
        else:
            lines.append("\n" + (">" * depth + " " if depth else "") + line)
        flowing = depth if goes_on else -1
    return "".join(lines).removeprefix("\n")
