"""Whether the record is as it was written: the chain, the signed heads over it, and what it says of effects.

Everything is read once and in order, as it was at one moment; only one value an effect is kept of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.core.heads import Copy, Head
from daemon.runtime.ledger.account import Account
from daemon.runtime.ledger.chain import START, chained, rows
from daemon.runtime.ledger.database import Database, Row
from daemon.runtime.ledger.tampering import Break, Kind, Place, diagnosed

_ADOPTED = "SELECT json_extract(data, '$.from') AS was FROM audit WHERE kind = 'ADOPTED' AND json_valid(data)"


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known from elsewhere. `key` None: signatures cannot be checked, and `why` says for what reason."""

    instance: str
    key: bytes | None
    copy: Copy = field(default_factory=Copy)
    path: str = "the copy"  # as the person knows it
    copied: int = 0  # up to this record the copy had every head once; 0 when it cannot be looked at now
    why: str = "their key is missing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong` is "" when everything is in place; else a sentence, with its `kind` and the first wrong `record`."""

    records: int
    head: str
    wrong: str = ""
    kind: Kind = ""
    record: int = 0
    signed: Sequence[Head] = ()  # the genuine heads in the ledger, oldest first
    copies: int = 0  # genuine heads in the vault


@dataclass(slots=True)
class _Reading:
    """How far the record was read, and which heads agreed with it."""

    heads: Mapping[int, set[str]]  # number of a record -> its hash, as it was signed
    count: int = 0
    tip: str = START
    before: str = START  # the hash before the tip
    agreed: int = 0  # the newest record that a head confirmed
    disputed: int = 0  # the first one that a head contradicts
    account: Account = field(default_factory=Account)

    def fits(self, row: Row) -> bool:
        return row["seq"] == self.count + 1 and row["prev"] == self.tip and row["hash"] == chained(row)

    def take(self, row: Row) -> None:
        self.count, self.before, self.tip = row["seq"], self.tip, row["hash"]
        self.account.take(row)
        signed = self.heads.get(self.count, set())
        if signed == {self.tip}:
            self.agreed = self.count
        elif signed:
            self.disputed = self.count


def verify(db: Database, witness: Witness | None = None) -> Verdict:
    """Read it all. The verdict names the first record that is wrong and what was done to it.

    Without a witness only what the chain itself shows.
    """
    with db.snapshot():
        trusted = _Trusted.of([Head(**dict(row)) for row in db.rows("SELECT * FROM heads ORDER BY seq")], witness)
        reading = _Reading(trusted.hashes())
        found = (
            _read(db, reading)
            or trusted.missing(reading.count)
            or reading.account.against(db, reading.count)
            or trusted.replaced(db)
            or next(iter(trusted.doubts), None)
            or trusted.lost(witness)
        )
    verdict = Verdict(reading.count, reading.tip, signed=trusted.own, copies=len(trusted.copies))
    if found is None:
        return verdict
    return Verdict(reading.count, reading.tip, found.sentence, found.kind, found.record, trusted.own, verdict.copies)


def _read(db: Database, reading: _Reading) -> Break | None:
    for row in rows(db):
        if reading.disputed:
            return _disputed(reading, row)
        if not reading.fits(row):
            return diagnosed(db, Place(row, reading.count, reading.tip, reading.before))
        reading.take(row)
    return _disputed(reading, None) if reading.disputed else reading.account.broken


def _disputed(reading: _Reading, following: Row | None) -> Break:
    """The chain is whole, but not the one that was signed; when the next record shows it, one alone was changed."""
    seq, first = reading.disputed, reading.agreed + 1
    if following and following["prev"] == reading.before:
        return Break("inserted", seq, f"record {seq} was inserted: the next one follows record {seq - 1}")
    if first == seq or (following and following["prev"] in reading.heads[seq] - {reading.tip}):
        return Break("changed", seq, f"record {seq} was changed: another one was signed")
    return Break("forked", first, f"from record {first} on, at the latest from {seq}, this is not what was signed")


@dataclass(frozen=True, slots=True)
class _Trusted:
    """The heads that are genuine, and what is to be said of the others."""

    own: Sequence[Head]  # in the ledger
    copies: Sequence[Head]  # in the vault
    others: Sequence[Head]  # in the vault, signed with our key for another record
    doubts: Sequence[Break]

    @classmethod
    def of(cls, own: Sequence[Head], witness: Witness | None) -> _Trusted:
        if witness is None:
            return cls((), (), (), ())
        copied, key = witness.copy.of(witness.instance), witness.key
        if key is None:
            doubt = Break("unsigned", 0, f"the signed heads cannot be checked: {witness.why}")
            return cls((), (), (), [doubt] if own or copied else [])
        return cls(
            own=[head for head in own if head.genuine(key)],
            copies=[head for head in copied if head.genuine(key)],
            others=[each for each in witness.copy.heads if each.instance != witness.instance and each.genuine(key)],
            doubts=list(_doubts(own, copied, witness)),
        )

    def hashes(self) -> Mapping[int, set[str]]:
        """What a record's hash must be; more than one when ledger and vault do not agree."""
        found: dict[int, set[str]] = {}
        for head in (*self.own, *self.copies):
            found.setdefault(head.seq, set()).add(head.hash)
        return found

    def missing(self, count: int) -> Break | None:
        """Records that were signed and are not there."""
        last = max((head.seq for head in self.own), default=0)
        if last > count:
            return Break("cut", count + 1, f"record {count + 1} and what followed were cut off: {last} were signed")
        newest = max(self.copies, key=lambda head: head.seq, default=None)
        if newest and newest.seq > count:
            told = f"the ledger was rolled back to record {count}: on {newest.at[:10]} it had {newest.seq}"
            return Break("rolled back", count + 1, told)
        return None

    def replaced(self, db: Database) -> Break | None:
        """Heads of another ledger of ours, unless the person took the vault over from it."""
        told = db.rows(_ADOPTED)
        known = {row["was"] for row in told}
        other = next((head for head in self.others if head.instance not in known), None)
        if other is None:
            return None
        told = f"this ledger stands in the place of another one ({other.instance}), which had {other.seq} records"
        return Break("replaced", 1, told)

    def lost(self, witness: Witness | None) -> Break | None:
        """A head that one of the two places has and the other has no more."""
        if witness is None or witness.key is None:
            return None
        here, there = {head.seq for head in self.own}, {head.seq for head in self.copies}
        gone = sorted(seq for seq in here - there if seq <= witness.copied)
        if gone:
            told = (
                "was deleted, or an older one was put in its place" if gone[-1] > max(there, default=0) else "was cut"
            )
            return Break("lost", gone[0], f"{witness.path} lacks the signed head of record {gone[0]}: it {told}")
        if extra := sorted(there - here):
            return Break("lost", extra[0], f"the signed head of record {extra[0]} was deleted in the ledger")
        return None


def _doubts(own: Sequence[Head], copied: Sequence[Head], witness: Witness) -> Iterator[Break]:
    key = witness.key or b""
    for where, heads in (("in the ledger", own), (f"in {witness.path}", copied)):
        for head in heads:
            if not head.genuine(key):
                yield Break("forged", head.seq, f"the signed head of record {head.seq} {where} is not genuine")
    for line in witness.copy.damaged:
        yield Break("forged", 0, f"line {line} of {witness.path} was changed: it is no signed head any more")
