"""What was done to the record at the place where its chain breaks.

Each way leaves traces of its own: an entry that was only moved still has the hash of its old place, and the entry that
belongs here still names the one before it, wherever it stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from daemon.runtime.ledger.chain import PAGE, chained, rows
from daemon.runtime.ledger.database import Database, Row

Kind = Literal[
    "", "changed", "inserted", "deleted", "swapped", "cut", "rolled back", "forked", "replaced", "forged", "unsigned",
    "unrecorded", "unapproved", "unproposed", "lost",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong: its kind, the number of the record (0: of none), and a sentence."""

    kind: Kind
    record: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the chain breaks: `row` stands next after record `count`, but does not belong there."""

    row: Row
    count: int
    tip: str  # the hash of record `count`
    before: str  # the hash of the record before that

    @property
    def here(self) -> int:
        return self.count + 1


def diagnosed(db: Database, place: Place) -> Break:
    """Which kind of tampering it was, and which record is the first one that it concerns."""
    here, found = place.here, int(place.row["seq"])
    if found > here:
        return _deleted(here, found)
    if found < here:
        return _inserted(found, place.row)
    if _fits(place.row, here):
        return _rehashed(db, place)
    if _twice(db, place.row):
        return _inserted(here, place.row)
    return _pushed(db, place) or _moved(db, place) or _exchanged(db, place) or _changed(here, place.row)


def _rehashed(db: Database, place: Place) -> Break:
    """This entry is whole in itself but follows another one; the one after it tells which of the two is false."""
    if place.row["prev"] == place.before:
        return Break("inserted", place.count, f"record {place.count} was inserted")
    following = db.row("SELECT prev FROM audit WHERE seq > ? ORDER BY seq LIMIT 1", (place.here,))
    untouched = following is None or following["prev"] == place.row["hash"]
    if place.count and untouched:
        return Break("changed", place.count, f"record {place.count} was changed and its hash made anew")
    return _changed(place.here, place.row)


def _pushed(db: Database, place: Place) -> Break | None:
    """The entry that belongs here stands further on: exchanged with this one, or pushed there by it."""
    here, row = place.here, place.row
    owner = db.row("SELECT * FROM audit WHERE prev = ? AND seq > ? ORDER BY seq LIMIT 1", (place.tip, here))
    if owner is None or not _fits(owner, here):
        return None
    if _home(db, row):
        return _swapped(here, owner["seq"])
    return _inserted(here, row)


def _moved(db: Database, place: Place) -> Break | None:
    """This entry belongs elsewhere, and the one that belongs here is nowhere."""
    home = _home(db, place.row)
    if not home:
        return None
    return _deleted(place.here, home) if home > place.here else Break("inserted", home, f"record {home} was inserted")


def _exchanged(db: Database, place: Place) -> Break | None:
    """Only what two entries say was exchanged; their hashes stayed."""
    for other in rows(db):
        said = dict(place.row) | {name: other[name] for name in ("seq", "prev", "hash")}
        if other["seq"] > place.here and said != dict(other) and chained(said) == other["hash"]:
            return _swapped(place.here, other["seq"])
    return None


def _fits(row: Row, seq: int) -> bool:
    """Whether the entry was written with this number."""
    return chained(dict(row) | {"seq": seq}) == row["hash"]


def _twice(db: Database, row: Row) -> bool:
    found = db.row("SELECT 1 FROM audit WHERE hash = ? AND seq <> ?", (row["hash"], row["seq"]))
    return found is not None


def _home(db: Database, row: Row) -> int:
    """The number it was written with; 0 when there is none: it was changed, or made up."""
    newest = db.row("SELECT max(seq) AS n FROM audit")
    last = 2 * int(newest["n"]) + PAGE if newest else 0
    return next((seq for seq in range(1, last) if _fits(row, seq)), 0)


def _says(row: Row) -> str:
    return f" ({row['kind']} {row['subject']})".replace(" )", ")")


def _changed(seq: int, row: Row) -> Break:
    return Break("changed", seq, f"record {seq}{_says(row)} was changed")


def _inserted(seq: int, row: Row) -> Break:
    return Break("inserted", seq, f"record {seq}{_says(row)} was inserted")


def _deleted(first: int, found: int) -> Break:
    gone = f"record {first} is" if found == first + 1 else f"records {first} to {found - 1} are"
    return Break("deleted", first, f"{gone} missing")


def _swapped(first: int, second: int) -> Break:
    return Break("swapped", first, f"record {first} was swapped with record {second}")
