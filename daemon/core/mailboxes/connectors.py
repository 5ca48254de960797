"""What `status` says of each way in and out, from what is connected and from what the running roles said last.

Light on purpose: `status` answers in a moment, and asks nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

State = Literal["ready", "read only", "needs login", "trouble", "off"]
LOG_IN = "`employee connect "  # stands in what is said when only a new login helps
_READ_ONLY = ".readonly"
_IDLE = "nothing looks into it at the moment"


@dataclass(frozen=True, slots=True)
class Connector:
    """One way in or out."""

    name: str  # "outbox", or what the account is called
    state: State
    detail: str
    address: str = ""  # of a mailbox; its name where nobody can know


@dataclass(frozen=True, slots=True)
class Known:
    """What matters here of a connected mailbox."""

    name: str
    kind: str
    address: str
    may_send: bool
    enabled: bool = True  # [gmail] or [imap] enabled
    logged_in: str = ""  # when, ISO 8601 with a zone; "" = nobody knows


@dataclass(frozen=True, slots=True)
class Before:
    """What was wrong with a mailbox when something last looked into it."""

    problems: Sequence[str]
    since: str  # for people


def known(name: str, value: str, *, enabled: bool) -> Known:
    """From its secret. One that cannot be read has no address."""
    kind = name.partition(".")[0]
    try:
        table = cast("dict[str, Any]", json.loads(value))
        address = str(table["address"])
        may_send = (
            bool(table["smtp"])
            if kind == "imap"
            else not all(str(scope).endswith(_READ_ONLY) for scope in table["scopes"])
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return Known(name, kind, "", may_send=False, enabled=enabled)
    return Known(name, kind, address, may_send, enabled, _moment(table.get("renewed_at") or table.get("connected_at")))


def _moment(said: object) -> str:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return ""
    return at.isoformat() if at.tzinfo else ""


def of(
    mailboxes: Sequence[Known], said: Mapping[str, Sequence[str]], before: Mapping[str, Before] | None = None
) -> list[Connector]:
    """All of them. `said`: the problems that each role has at the moment; one that is missing does not run.

    `before`: of mailboxes that nobody looks into, by name, what was wrong with them.
    """
    sending = [each.address for each in mailboxes if each.may_send and each.enabled]
    outbox = Connector("outbox", "ready", _outbox(sending))
    return [outbox, *(_mailbox(each, said.get(each.kind), (before or {}).get(each.name)) for each in mailboxes)]


def _outbox(sending: Sequence[str]) -> str:
    if not sending:
        return "no account connected that sends; results are files in Outbox/"
    return f"mail leaves through {', '.join(sending)}; everything else is a file in Outbox/"


def _about(address: str, problem: str) -> bool:
    """Whether it names this address, and not one that only begins or ends like it."""
    return bool(re.search(rf"(?<![^\s(]){re.escape(address)}(?![\w@-]|\.\w)", problem))


def _mailbox(mailbox: Known, said: Sequence[str] | None, before: Before | None) -> Connector:
    wrong = said if said is not None else before.problems if before else ()
    problems = [each for each in wrong if _about(mailbox.address, each)]
    state, detail = _state(mailbox, problems)
    if said is None and mailbox.address and mailbox.enabled:
        detail += f" (since {before.since}; {_IDLE})" if before and problems else f"; {_IDLE}"
    return Connector(mailbox.name, state, detail, mailbox.address or mailbox.name)


def _state(mailbox: Known, problems: Sequence[str]) -> tuple[State, str]:
    address = mailbox.address
    if not address:
        return "needs login", f"{mailbox.name} cannot be read: connect it again with {LOG_IN}{mailbox.kind}`"
    if not mailbox.enabled:
        return "off", f"{address}: [{mailbox.kind}] enabled is false in your settings"
    if problems:
        login = any(LOG_IN in each for each in problems)
        return "needs login" if login else "trouble", problems[0]
    if mailbox.may_send:
        return "ready", f"{address}: reads and sends"
    return "read only", f"{address}: approved mails lie in Outbox/"
