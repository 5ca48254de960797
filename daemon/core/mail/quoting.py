"""The newest message of a conversation, without what it quotes.

Our own, because the libraries for it fail on what matters here: mail-parser-reply and email-reply-parser need
more than 10 s for one hostile line, quotequail and mail-parser-reply lose answers written between quoted lines.
Every rule looks at one line of bounded length, or at a few lines together, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

MAX_LINES = 10_000  # looked at; no person writes more

_LONGEST = 400  # characters; nothing that introduces a quote is longer
_WINDOW = 8  # lines in which a header block shows itself
_FIELDS = 3  # of such a block at least
_FOOTER = 6  # lines at most after the ruler of a mailing list

_VERB = (
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał\(?a?\)?|pisze|kirjoitti|írta"
    r"|пишет|написала?|写道|寫道|さんは書きました)"
)
_WROTE = re.compile(
    rf"(?:(?:on|am|le|el|il|op|em|den|dne|dnia|w dniu|kl|a|в|在)\b.{{3,350}}?|.{{0,150}}<[^<>@\s]+@[^<>\s]+>.{{0,80}}?)"
    rf"{_VERB}.{{0,120}}?\s?[:\uff1a]"
    r"|\d{4}年\d{1,2}月\d{1,2}日.{0,150}[:\uff1a]",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{4}|\d{1,2}[:.]\d{2}|@")
_OLDER = re.compile(
    r"[-_*> ]{2,20}(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|message d'origine|message original|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|originalmeddelande|oprindelig meddelelse|исходное сообщение|原始邮件)[-_* ]{2,20}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[-_* ]{2,20}(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado"
    r"|messaggio inoltrato|doorgestuurd bericht|forwarded by .{1,80})[-_* ]{2,20}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:transféré|réexpédié)\s?:",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\*?(?:(?P<sender>from|von|de|da|van|från|fra|od|от|发件人|差出人)"
    r"|(?P<subject>subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|主题|件名)"
    r"|sent|date|to|cc|gesendet|datum|an|envoyé|à|enviado(?: el)?|fecha|para|inviato|data|a|verzonden|aan|skickat"
    r"|till|отправлено|дата|кому|发送时间|收件人|日時|宛先|reply-to)\s?\*?[:\uff1a]",
    re.IGNORECASE,
)
_RULER = re.compile(r"_{20,200}|-{5,200}")
_LIST_RULER = "_" * 40
_DEVICE = re.compile(
    r"(?:sent (?:from|via|with|using) |get outlook for |von meinem .{1,60} gesendet|gesendet (?:von|mit) "
    r"|diese nachricht wurde von meinem |envoyé (?:de|depuis|à partir) |enviado (?:desde|do|de) "
    r"|inviato da |verstuurd vanaf |skickat från |отправлено (?:\u0441|из) ).{0,120}",
    re.IGNORECASE,
)


@lru_cache(maxsize=2)
def newest(text: str) -> str:
    """What the sender wrote this time: no quoted history, no signature, answers between quoted lines kept.

    A forwarded message counts as written by the sender. When everything is quoted, all of it is returned.
    Only the first `MAX_LINES` lines are looked at.
    """
    lines = _with_forward_opened(text.replace("\r\n", "\n").split("\n", MAX_LINES)[:MAX_LINES])
    return _own_words(lines) or _own_words(_without_header_block(lines)) or text.strip()


def _own_words(lines: Sequence[str]) -> str:
    text = "\n".join(line.rstrip() for line in _kept(lines))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _kept(lines: Sequence[str]) -> Iterator[str]:
    position = 0
    signing = False
    while position < len(lines):
        line = lines[position]
        quoted = _quoted(lines, position)
        if quoted:
            position += quoted
            signing = False
            continue
        if _history_begins(lines, position):
            return
        signing = signing or line in {"-- ", "--"}
        if not signing and not _DEVICE.fullmatch(line.strip()[:_LONGEST]):
            yield line
        position += 1


def _quoted(lines: Sequence[str], position: int) -> int:
    """How many lines of a marked quote, or of the words that introduce one, begin here."""
    if lines[position].startswith(">"):
        return 1
    length = _introduction(lines, position)
    return length if length and _first_words(lines, position + length).startswith(">") else 0


def _history_begins(lines: Sequence[str], position: int) -> bool:
    """Whether all that follows is older, without marks."""
    line = lines[position].strip()
    if not line or len(line) > _LONGEST:
        return False
    length = _introduction(lines, position)
    if length and _DATED.search(" ".join(lines[position : position + length])):
        return True
    if _RULER.fullmatch(line):
        return _is_header_block(lines, position + 1) or _is_footer(lines, position)
    return _OLDER.fullmatch(line) is not None or _is_header_block(lines, position)


def _introduction(lines: Sequence[str], position: int) -> int:
    """How many lines "On … wrote:" takes here, wrapped or not; 0 when it is something else."""
    said = ""
    for length, line in enumerate(lines[position : position + 3], 1):
        said = f"{said} {line.strip()}" if said else line.strip()
        if not line.strip() or len(said) > _LONGEST:
            return 0
        if said.endswith((":", "\uff1a")) and _WROTE.fullmatch(said):
            return length
    return 0


def _is_header_block(lines: Sequence[str], position: int) -> bool:
    """From, Sent, To and Subject below each other, as Outlook and GMX quote: at least three, one the subject."""
    start = position + (position < len(lines) and not lines[position].strip())
    if start >= len(lines) or not _FIELD.match(lines[start]):
        return False
    fields = [found for line in lines[start : start + _WINDOW] if (found := _FIELD.match(line))]
    has_sender = any(found["sender"] for found in fields)
    return len(fields) >= _FIELDS and has_sender and any(found["subject"] for found in fields)


def _is_footer(lines: Sequence[str], position: int) -> bool:
    """What Mailman adds below a message."""
    return lines[position].startswith(_LIST_RULER) and len(lines) - position <= _FOOTER


def _first_words(lines: Sequence[str], position: int) -> str:
    return next((line for line in lines[position : position + 3] if line.strip()), "")


def _with_forward_opened(lines: list[str]) -> list[str]:
    """The first forwarded message laid open: without its marker, header and quote marks."""
    for number, line in enumerate(lines):
        if _FORWARDED.fullmatch(line.strip()[:_LONGEST]):
            inside = lines[number + 1 :]
            if _first_words(inside, 0).startswith(">"):
                inside = [line.removeprefix(">").removeprefix(" ") for line in inside]
            return lines[:number] + _without_header_block(inside)
    return lines


def _without_header_block(lines: Sequence[str]) -> list[str]:
    """What follows the header that stands first, where one does."""
    start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    start += start < len(lines) and _RULER.fullmatch(lines[start].strip()) is not None
    start += start < len(lines) and _OLDER.fullmatch(lines[start].strip()[:_LONGEST]) is not None
    if not _is_header_block(lines, start):
        return list(lines[start:])
    end = next((number for number in range(start + 1, len(lines)) if not lines[number].strip()), len(lines))
    return list(lines[end:])
