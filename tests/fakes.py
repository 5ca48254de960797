"""Stand-ins that we wrote, for what a test must control: time, and a provider that fails in every way it can."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.ports import Absent, CannotTell, Finding, Found, Receipt

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time that passes only when somebody waits for it."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def wait(self, wake: Event, timeout: timedelta) -> None:
        if not wake.wait(0.005):
            self._now += timeout

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass
class FakeProvider:
    """A mail provider: `accepted` is the append-only list of what really happened, the oracle of the tests.

    `script` says how the next calls go: "ok", "accept-then-drop", "drop", "refuse", "busy"; afterwards "ok".
    `blind` makes the look-up answer that it cannot tell.
    """

    name: str = "provider"
    script: list[str] = field(default_factory=list[str])
    accepted: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    blind: bool = False

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        del title
        match self.script.pop(0) if self.script else "ok":
            case "accept-then-drop":
                self.accepted.append((key, message))
                raise UnknownOutcome("the connection was lost after sending")
            case "drop":
                raise UnknownOutcome("the connection was lost")
            case "refuse":
                raise Permanent("550 no such user")
            case "busy":
                raise Transient("429 slow down", retry_after=timedelta(minutes=5))
            case _:
                self.accepted.append((key, message))
                return Receipt("sent", f"id-{len(self.accepted)}")

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        del message, title
        if self.blind:
            return CannotTell("the provider's search is down")
        hits = [n for n, (sent, _) in enumerate(self.accepted, 1) if sent == key]
        return Found(Receipt("sent", f"id-{hits[0]}")) if hits else Absent()
