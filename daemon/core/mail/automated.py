"""Whether a machine wrote a message: by its headers, never by its words.

What is named here is never answered: an answer would reach nobody, a whole list, or another machine (RFC 3834).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from daemon.core.mail.headers import Fields
from daemon.core.mail.mime import Leaf
from daemon.core.mail.values import Address

_NO_REPLY = re.compile(
    r"(?:.*[-_.+])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|not[-_.]?reply|nicht[-_.]?antworten|keine[-_.]?antwort"
    r"|ne[-_.]?pas[-_.]?repondre|no[-_.]?responder|nao[-_.]?responda|non[-_.]?rispondere|noreply\w*)(?:[-_.+].*)?"
)
_BOUNCING = re.compile(r"(?:mailer-daemon|postmaster|bounces?|mdaemon)(?:[-_.+=].*)?")
_BULK = {"bulk": "bulk mail", "list": "mailing list", "junk": "bulk mail", "auto_reply": "automatic answer"}
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")


def why(fields: Fields, senders: Iterable[Address], answers_go_to: Iterable[Address], parts: list[Leaf]) -> str:
    """One phrase, or "" when a person may have written it. The most telling reason comes first."""
    locals_ = [sender.email.rpartition("@")[0].lower() for sender in senders]
    targets = [target.email.rpartition("@")[0].lower() for target in answers_go_to]
    reasons: list[Callable[[], str]] = [
        lambda: _bounce(fields, locals_),
        lambda: _automatic_answer(fields),
        lambda: _list(fields),
        lambda: _calendar_answer(parts),
        lambda: _no_reply(targets),
    ]
    return next((reason for find in reasons if (reason := find())), "")


def _bounce(fields: Fields, senders: list[str]) -> str:
    if "multipart/report" in fields.first("content-type").lower():
        return "delivery report"
    if any(_BOUNCING.fullmatch(local) for local in senders):
        return "bounce from the mail system"
    if fields.first("return-path").replace(" ", "") == "<>":
        return "bounce or automatic answer (empty Return-Path)"
    return "delivery report" if fields.first("x-failed-recipients") else ""


def _automatic_answer(fields: Fields) -> str:
    value = fields.text("auto-submitted").lower().partition(";")[0].strip()
    if value and value != "no":
        return f"automatic message (Auto-Submitted: {value[:40]})"
    if any(fields.first(name) for name in _AUTO_HEADERS):
        return "automatic answer"
    return "automatic message (X-Auto-Response-Suppress header)" if fields.first("x-auto-response-suppress") else ""


def _list(fields: Fields) -> str:
    if fields.first("list-id"):
        return "mailing list (List-Id header)"
    if fields.first("list-unsubscribe"):
        return "newsletter (List-Unsubscribe header)"
    precedence = fields.text("precedence").lower()
    return f"{_BULK[precedence]} (Precedence: {precedence})" if precedence in _BULK else ""


def _calendar_answer(parts: list[Leaf]) -> str:
    methods = [part.parameter("method") for part in parts if part.media_type == "text/calendar"]
    return "answer to a calendar invitation" if "reply" in methods else ""


def _no_reply(targets: list[str]) -> str:
    """Only when the answer would go there: a contact form writes from noreply@ with the person in Reply-To."""
    return "sender takes no answers (noreply address)" if any(map(_NO_REPLY.fullmatch, targets)) else ""
