"""Falsified records: each way to tamper, on the record of a house where a lot happened, must be found and named.

The record itself, after kills, pauses, refusals, a change of key and a restart, must be clean: no false alarm.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from daemon.app.parts import seal
from daemon.core import heads
from daemon.core.credentials import AUDIT_KEY
from daemon.core.heads import PATH
from daemon.core.proposal import State
from daemon.ops import proof
from daemon.runtime.ledger import verifying
from daemon.runtime.ledger.database import Database
from daemon.runtime.ledger.verifying import Verdict, Witness
from daemon.runtime.notary import Notary
from tests.attacks import tamperings
from tests.attacks.tamperings import Tampering
from tests.fakes import NOON
from tests.torture.limited import ACTIONS, LimitedHouse
from tests.torture.limits import FAST_DISK
from tests.torture.tally import Tally

TIMES = 12  # each way, in one round


def round(seed: int) -> Tally:  # noqa: A001 - what `kinds` calls it
    """One record, and everything that can be done to it."""
    chance = Random(seed)
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        house = LimitedHouse(Path(folder), ZoneInfo("UTC"), NOON, hold=0)
        try:
            return _Round(house, chance).tally()
        finally:
            with suppress(Exception):
                house.stop()


class Undone(Exception):
    """What was falsified is taken back."""


class Bench(Database):
    """A database in which something is falsified, looked at, and undone."""

    @contextmanager
    def falsified(self, way: Tampering, chance: Random) -> Generator[tuple[str, int]]:
        with suppress(Undone), self.transaction():
            yield way(self._connection, chance)
            raise Undone

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection


@dataclass(frozen=True)
class _Copied:
    """What is done to the note in the vault: its text, and what must be found."""

    text: bytes
    kind: str
    record: int | None = None  # None: any


class _Round:
    def __init__(self, house: LimitedHouse, chance: Random) -> None:
        self._house = house
        self._chance = chance
        self._tally = Tally()

    def tally(self) -> Tally:
        self._work()
        older, note = self._older(), self._note()
        self._work()
        self._clean("after work and kills")
        self._house.app.secrets.rotate()
        self._clean("after a change of the key of the secrets")
        self._house.restart()
        witness = self._witness()
        with closing(Bench(self._house.app.places.ledger)) as bench:
            self._ways(bench, witness)
            self._copies(bench, witness, note)
            self._keys(bench, witness)
        self._roll_back(older, witness)
        return self._tally

    # --- what happened

    def _work(self) -> None:
        house, chance = self._house, self._chance
        for _ in range(2):
            for _ in range(chance.randint(6, 12)):
                house.ask(chance.choice(ACTIONS))
            house.settle()
            waiting = [p for p in house.app.ledger.proposals.open() if p.state is State.PROPOSED]
            for proposal in chance.sample(waiting, len(waiting)):
                folder = "Rejected" if chance.random() < 0.2 else "Approved"
                (house.root / "Pending_Approval" / proposal.name).rename(house.root / folder / proposal.name)
            house.world.script = [chance.choice(["busy", "drop", "lost", "ok"]) for _ in range(4)]
            house.world.blind = chance.random() < 0.3
            with house.mortal(chance):
                house.settle()
            house.lets(timedelta(hours=chance.randint(1, 20)))
            Notary(house.app.context, seal(house.app)).look(house.clock.now(), leaving=True)

    def _older(self) -> Bench:
        """The database as it is now."""
        path = self._house.app.places.home / "older.sqlite3"
        with closing(sqlite3.connect(self._house.app.places.ledger)) as now, closing(sqlite3.connect(path)) as copy:
            now.backup(copy)
        return Bench(path)

    def _note(self) -> bytes:
        return (self._house.root / PATH).read_bytes()

    def _witness(self) -> Witness:
        app = self._house.app
        key = bytes.fromhex(app.secrets.get(AUDIT_KEY))
        copied = app.ledger.heads.copied(app.ledger.get("vault"))
        return Witness(app.ledger.instance, key, heads.read(self._note()), PATH, copied)

    def _clean(self, when: str) -> None:
        app = self._house.app
        verdict = proof.verify(app.ledger, app.vault, app.secrets)
        self._tally.counts["untouched records"] += verdict.records
        self._tally.expect(not verdict.wrong, f"false alarm {when}: {verdict.kind}: {verdict.wrong}")

    # --- what is done to it

    def _ways(self, bench: Bench, witness: Witness) -> None:
        for name, way in {**tamperings.WAYS, **tamperings.FORGERIES}.items():
            for _ in range(TIMES):
                with bench.falsified(way, self._chance) as (kind, record):
                    self._judge(name, (kind, record), verifying.verify(bench, witness))
        for _ in range(TIMES):
            with bench.falsified(tamperings.rewrite, self._chance) as (_, record):
                found = verifying.verify(bench, witness)
            self._tally.counts["tamperings"] += 1
            named = found.record == record if found.kind == "changed" else found.record <= record
            self._tally.expect(
                named and found.kind in {"forked", "changed"}, f"rewrite from {record}: {found.kind} {found.record}"
            )
        self._tally.expect(not verifying.verify(bench, witness).wrong, "false alarm after everything was undone")

    def _copies(self, bench: Bench, witness: Witness, older: bytes) -> None:
        """The note in the vault was changed, cut, emptied, deleted, or is an older one."""
        text = self._note()
        lines = text.splitlines(keepends=True)
        first = next(n for n, line in enumerate(lines) if b"---:" in line) + 1
        cases = [_Copied(older, "lost"), _Copied(b"", "lost"), _Copied(b"".join(lines[:first]), "lost")]
        for number in range(first, len(lines)):
            seq = int(lines[number].split(b"|")[1])
            cases.append(_Copied(b"".join(lines[:number] + lines[number + 1 :]), "lost", seq))
            flipped = [*lines[:number], self._flipped(lines[number]), *lines[number + 1 :]]
            cases.append(_Copied(b"".join(flipped), "forged or lost"))  # lost: it now says that it is of another one
        for case in cases:
            found = verifying.verify(bench, replace(witness, copy=heads.read(case.text)))
            expected = found.record if case.record is None else case.record
            self._judge("the copy in the vault", (case.kind, expected), found)

    def _flipped(self, line: bytes) -> bytes:
        """One character of the number, the time, the instance, the hash or the signature becomes another."""
        places = [at for at, char in enumerate(line) if chr(char).isalnum()]
        at = self._chance.choice(places)
        return line[:at] + (b"7" if line[at : at + 1] != b"7" else b"8") + line[at + 1 :]

    def _keys(self, bench: Bench, witness: Witness) -> None:
        for _ in range(TIMES):
            found = verifying.verify(bench, replace(witness, key=self._chance.randbytes(32)))
            first = bench.connection.execute("SELECT min(seq) FROM heads").fetchone()[0]
            self._judge("another key", ("forged", first), found)

    def _roll_back(self, older: Bench, witness: Witness) -> None:
        """An older copy of the database, as it was and as it went on."""
        with closing(older):
            kept = tamperings.length(older.connection)
            newest = max(head.seq for head in witness.copy.heads)
            for more in (0, 1, newest - kept - 1, newest - kept, newest - kept + 5):
                with older.falsified(_went_on(more), self._chance):
                    found = verifying.verify(older, witness)
                known = min((h.seq for h in witness.copy.heads if h.seq > kept), default=0)
                kind = "forked" if kept + more >= known else "rolled back"
                self._judge(f"rolled back and {more} more", (kind, found.record), found)
                near = kept < found.record <= kept + more + 1
                self._tally.expect(near, f"rolled back: {found.record} of {kept} and {more} more")

    def _judge(self, name: str, expected: tuple[str, int], found: Verdict) -> None:
        """`record` 0: of none, or that which should follow the last one."""
        kind, record = expected
        self._tally.counts["tamperings"] += 1
        named = found.kind in kind.split(" or ") and found.record in {record, record or found.records + 1}
        self._tally.expect(named, f"{name}: {found.kind} {found.record} instead of {kind} {record}: {found.wrong}")


def _went_on(more: int) -> Tampering:
    def append(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
        del chance
        for _ in range(more):
            tamperings.append(db, "PAUSED", "", reason="", by="owner")
        return "", 0

    return append
