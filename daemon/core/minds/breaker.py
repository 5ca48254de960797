"""A provider that fails is left alone for a while: a circuit breaker, as a value that each event makes anew.

It opens after three failures in a row, or at once when the provider says how long to wait. When its rest is over
exactly one call is let through, the probe; its success closes it, its failure doubles the rest, up to ten minutes.
Time is given in. A clock that is set back makes nobody wait longer than one rest from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 3
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)
LONGEST_WISH = timedelta(days=1)  # of a provider that says how long to wait
PATIENCE = timedelta(minutes=15)  # longer than any call takes: a probe that was never heard of again
NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed while `since` is None, else open for `rest` from then on, and after that half open."""

    failures: int = 0  # in a row
    openings: int = 0  # in a row
    since: datetime | None = None
    rest: timedelta = NO_TIME
    told: bool = False  # the provider said how long
    probing: datetime | None = None  # since when the one call is under way
    turn: int = 0  # what a call of an earlier turn reports is old news


def left(breaker: Breaker, now: datetime) -> timedelta:
    """How long no call may begin; nothing when it is closed or half open."""
    if breaker.since is None:
        return NO_TIME
    return breaker.rest if now < breaker.since else max(NO_TIME, breaker.since + breaker.rest - now)


def admits(breaker: Breaker, now: datetime) -> bool:
    """Whether a call may begin now."""
    return breaker.since is None or (not left(breaker, now) and not _probed(breaker, now))


def begin(breaker: Breaker, now: datetime) -> tuple[Breaker, int | None]:
    """The turn of the call that begins now, or None when none may."""
    if breaker.since is None:
        return breaker, breaker.turn
    if now < breaker.since:  # the clock was set back
        return replace(breaker, since=now), None
    if not admits(breaker, now):
        return breaker, None
    turn = breaker.turn + 1
    return replace(breaker, probing=now, turn=turn), turn


def succeeded(breaker: Breaker, turn: int) -> Breaker:
    """The provider answered, whatever it said."""
    if turn != breaker.turn:
        return breaker
    return Breaker(turn=breaker.turn if breaker.since is None else breaker.turn + 1)


def failed(breaker: Breaker, turn: int, now: datetime, retry_after: timedelta | None = None) -> Breaker:
    """It did not, and said perhaps how long to wait: that is heard even of calls from before."""
    if retry_after is not None:
        wish = min(max(retry_after, NO_TIME), LONGEST_WISH)
        return _open(breaker, now, max(wish, left(breaker, now)), told=True)
    if turn != breaker.turn:
        return breaker
    counted = replace(breaker, failures=breaker.failures + 1)
    if breaker.since is None and counted.failures < FAILURES:
        return counted
    return _open(breaker, now, min(FIRST_REST * 2 ** min(breaker.openings, 10), LONGEST_REST), told=False)


def abandoned(breaker: Breaker, turn: int) -> Breaker:
    """The call was not made after all, or nobody knows how it went: if it was the probe, another one may be."""
    return replace(breaker, probing=None) if turn == breaker.turn else breaker


def _open(breaker: Breaker, now: datetime, rest: timedelta, *, told: bool) -> Breaker:
    return Breaker(breaker.failures + 1, breaker.openings + 1, now, rest, told, None, breaker.turn + 1)


def _probed(breaker: Breaker, now: datetime) -> bool:
    return breaker.probing is not None and abs(now - breaker.probing) < PATIENCE
