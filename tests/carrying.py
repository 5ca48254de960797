"""A mail carried out as the executor does it, with a new channel for every try, as after a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from daemon.adapters.gmail.channel import GmailChannel
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.ports import Absent, CannotTell, Found, MailChannel

TRIES = 40


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fuse:
    """Kills at the points with these numbers, counted over all lives; `passed` is how many there were."""

    kills: frozenset[int] = frozenset()
    passed: int = 0

    def pass_by(self) -> None:
        self.passed += 1
        if self.passed - 1 in self.kills:
            raise Killed


@dataclass
class Notes:
    """Jottings in memory; `fuse` is asked around every one of them."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    fuse: Fuse = field(default_factory=Fuse)

    def get(self, key: str, name: str) -> str:
        return self.kept.get((key, name), "")

    def put(self, key: str, name: str, value: str) -> None:
        self.fuse.pass_by()
        self.kept[key, name] = value
        self.fuse.pass_by()


@dataclass
class Fused:
    """A client whose process may be killed before and after each request."""

    client: Any
    fuse: Fuse

    def ask(self, *asked: Any) -> Any:
        return self._passed(self.client.ask, *asked)

    def act(self, *asked: Any) -> Any:
        return self._passed(self.client.act, *asked)

    def close(self) -> None:
        self.client.close()

    def _passed(self, way: Callable[..., Any], *asked: Any) -> Any:
        self.fuse.pass_by()
        answer = way(*asked)
        self.fuse.pass_by()
        return answer


def mortal(channel: GmailChannel, fuse: Fuse) -> GmailChannel:
    """The channel of a process that the fuse kills around its requests."""
    drafts = vars(channel)["_drafts"]
    drafts._client = Fused(drafts._client, fuse)
    return channel


@dataclass
class Carried:
    """How it ended: "sent", "refused", "nobody can tell", or "unfinished". `said`: the receipt, or why."""

    end: str
    said: str = ""
    looks: int = 0
    waits: list[str] = field(default_factory=list[str])


def carry_out(opened: Callable[[], MailChannel], message: bytes, key: str) -> Carried:
    """Until it ends. What is not known is looked up before anything else is tried."""
    carried, known = Carried("unfinished"), True
    for _ in range(TRIES):
        if carried.end != "unfinished":
            break
        try:
            if known:
                carried.end, carried.said = "sent", opened().send(message, title="", key=key).id
            else:
                carried.looks += 1
                known = _looked_up(opened(), message, key, carried)
        except Permanent as refused:
            carried.end, carried.said = "refused", str(refused)
        except Transient as later:
            carried.waits.append(str(later))
        except (UnknownOutcome, Killed):
            known = False
    return carried


def _looked_up(channel: MailChannel, message: bytes, key: str, carried: Carried) -> bool:
    """Whether it is known now that it did not happen."""
    match channel.look_up(message, title="", key=key):
        case Found(receipt):
            carried.end, carried.said = "sent", receipt.id
        case CannotTell(why):
            carried.end, carried.said = "nobody can tell", why
        case Absent():
            return True
    return False
