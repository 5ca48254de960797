"""Two real processes that want to be the manager of one vault, and what people and systems do to the first one.

Whatever is done to it and to its lock file: one of them works, the other says why it does not, and what was approved
happens once.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.acceptance.test_kill import Desk, eventually, new_desk
from tests.torture.tally import Tally

STOPPED = 2.0  # seconds
LOOKS = 1.0  # seconds in which a manager looks at its lock several times
Process = subprocess.Popen[str]
Trick = Callable[[Desk, Process], None]


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """One first process, one trick, one second process; and now and then a few plain kills of the real program."""
    tally, chance = Tally(), Random(seed)
    with new_desk() as desk:
        if seed % (len(TRICKS) + 1) == len(TRICKS):
            _kills(desk, chance, tally)
        else:
            _meeting(desk, TRICKS[seed % (len(TRICKS) + 1)], tally)
        _judge(desk, tally)
    return tally


def _kills(desk: Desk, chance: Random, tally: Tally) -> None:
    """As tests/acceptance/test_kill.py does it, for a few lives."""
    for _ in range(4):
        desk.live_and_die(chance)
    tally.counts["kills"] += desk.kills
    desk.drain()
    desk.retry_failures()
    tally.counts["unknown outcomes: the person said it did not"] += desk.answer_reviews()


def _meeting(desk: Desk, trick: Trick, tally: Tally) -> None:
    for kind in ("mail", "note", "mail"):
        desk.drop(kind)
    with desk.running() as first:
        tally.expect(eventually(lambda: len(desk.undecided()) == desk.dropped), "the first one does not work")
        trick(desk, first)
        with desk.running() as second:
            for note in desk.undecided():
                desk.approve(note, "move")
            if trick not in TAKEN_OVER:
                eventually(lambda: _ended(first, second))
                first.send_signal(signal.SIGCONT)
            tally.expect(eventually(lambda: len(desk.effects()) == len(desk.approved)), "nobody works any more")
            first.send_signal(signal.SIGCONT)
            tally.expect(eventually(lambda: _ended(first, second)), f"{trick.__name__}: both go on working")
            ends, works = (second, first) if second.poll() is not None else (first, second)
            tally.expect(not eventually(lambda: works.poll() is not None, LOOKS), f"{trick.__name__}: nobody is left")
            tally.expect(trick not in REFUSED or ends is second, f"{trick.__name__}: the second one stays")
            tally.expect(trick not in TAKEN_OVER or ends is first, f"{trick.__name__}: the first one stays")
            _heard(ends, works, trick, tally)
    tally.counts["two managers at once"] += 1


def _ended(*processes: Process) -> bool:
    return any(process.poll() is not None for process in processes)


def _heard(ends: Process, works: Process, trick: Trick, tally: Tally) -> None:
    """The one that ended said why, unless it was killed."""
    if ends.returncode == -signal.SIGKILL or ends.poll() is None:
        return
    said = ends.communicate(timeout=10)[1]
    plain = "lock file" in said or f"process {works.pid}" in said
    tally.expect(ends.returncode == 75 and plain, f"{trick.__name__}: it ended {ends.returncode} and said {said!r}")


def _judge(desk: Desk, tally: Tally) -> None:
    desk.drain()
    tally.counts["actions"] += len(desk.approved)
    tally.counts["effects"] += len(desk.effects())
    tally.expect(desk.effects() == desk.wanted(), f"happened: {desk.effects()}, approved: {desk.wanted()}")
    tally.expect(desk.places() == desk.expected_places(), f"{desk.places()} instead of {desk.expected_places()}")
    tally.expect(desk.originals() == desk.dropped, f"{desk.originals()} of {desk.dropped} originals are kept")
    if wrong := desk.app.ledger.audit.verify().wrong:
        tally.faults.append(f"the audit: {wrong}")


# --- what is done to the first one


def nothing(desk: Desk, first: Process) -> None:
    """It simply works."""
    del desk, first


def kill_it(desk: Desk, first: Process) -> None:
    """Its lock is free at once."""
    del desk
    first.kill()
    first.wait(10)


def stop_it(desk: Desk, first: Process) -> None:
    """Like a debugger, or a computer that hangs: it is there and does nothing."""
    del desk
    first.send_signal(signal.SIGSTOP)
    time.sleep(STOPPED)


def copy_the_lock(desk: Desk, first: Process) -> None:
    """A backup or a sync tool reads it."""
    del first
    shutil.copy(_lock(desk), _lock(desk).with_suffix(".copy"))


def delete_the_lock(desk: Desk, first: Process) -> None:
    """As people do who read that somebody has it."""
    del first
    for lock in _lock(desk).parent.glob("*.lock"):
        lock.unlink()


def replace_the_lock(desk: Desk, first: Process) -> None:
    """A sync tool brings it back from elsewhere."""
    copy_the_lock(desk, first)
    _lock(desk).with_suffix(".copy").rename(_lock(desk))


def stop_it_and_delete_the_lock(desk: Desk, first: Process) -> None:
    """It wakes up when another one has long taken over."""
    first.send_signal(signal.SIGSTOP)
    delete_the_lock(desk, first)


def _lock(desk: Desk) -> Path:
    return desk.app.places.locks / "manager.lock"


TRICKS: tuple[Trick, ...] = (
    nothing, kill_it, stop_it, copy_the_lock, delete_the_lock, replace_the_lock, stop_it_and_delete_the_lock,
)  # fmt: skip
REFUSED = (nothing, stop_it, copy_the_lock)  # it is the second one that must give way
TAKEN_OVER = (kill_it, stop_it_and_delete_the_lock)  # it is the first one; else whoever is there too late
