"""Ways to falsify the record of what was done, by somebody who may write the database but does not have the key.

Each takes the open database and a source of chance, and returns the kind that must be named and the first record it
concerns. Those called careful repair every hash that they can reach.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from random import Random

from daemon.runtime.ledger.chain import START, chained

Tampering = Callable[[sqlite3.Connection, Random], tuple[str, int]]
Record = dict[str, object]
_COLUMNS = ("seq", "at", "kind", "subject", "data", "prev", "hash")


def length(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT max(seq) FROM audit").fetchone()[0])


def record(db: sqlite3.Connection, seq: int) -> Record:
    found = db.execute("SELECT seq, at, kind, subject, data, prev, hash FROM audit WHERE seq = ?", (seq,)).fetchone()
    return dict(zip(_COLUMNS, found, strict=True))


def put(db: sqlite3.Connection, row: Record) -> None:
    db.execute("INSERT OR REPLACE INTO audit VALUES (:seq, :at, :kind, :subject, :data, :prev, :hash)", row)


def shift(db: sqlite3.Connection, after: int, by: int) -> None:
    """Give every later record another number; in two steps, for numbers are unique."""
    db.execute("UPDATE audit SET seq = -seq WHERE seq > ?", (after,))
    db.execute("UPDATE audit SET seq = -seq + ? WHERE seq < 0", (by,))


def rechain(db: sqlite3.Connection, first: int) -> None:
    """Make every hash from `first` on fit again."""
    prev = record(db, first - 1)["hash"] if first > 1 else START
    for seq in range(first, length(db) + 1):
        row = record(db, seq) | {"prev": prev}
        put(db, row | {"hash": (prev := chained(row))})


def change(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    seq = chance.randint(1, length(db))
    column = chance.choice(["at", "kind", "subject", "data", "prev", "hash"])
    db.execute(f"UPDATE audit SET {column} = {column} || 'x' WHERE seq = ?", (seq,))
    return "changed", seq


def flip(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """One character of one record becomes another."""
    seq = chance.randint(1, length(db))
    text = str(record(db, seq)["data"])
    at = chance.randrange(len(text))
    db.execute("UPDATE audit SET data = ? WHERE seq = ?", (f"{text[:at]}\u00a4{text[at + 1 :]}", seq))
    return "changed", seq


def change_carefully(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """With a hash that fits; but the next record names the old one."""
    seq = chance.randint(1, length(db) - 2)
    row = record(db, seq) | {"subject": "tforged"}
    put(db, row | {"hash": chained(row)})
    return "changed", seq


def insert(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    seq = chance.randint(1, length(db))
    forged = record(db, seq) | {"subject": "tforged", "hash": "f" * 64}
    shift(db, seq - 1, 1)
    put(db, forged)
    return "inserted", seq


def insert_carefully(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    seq = chance.randint(1, length(db))
    forged = record(db, seq) | {"subject": "tforged"}
    shift(db, seq - 1, 1)
    put(db, forged | {"hash": chained(forged)})
    return "inserted", seq


def insert_before_the_first(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    seq = -chance.randint(0, 9)
    put(db, record(db, 1) | {"seq": seq})
    return "inserted", seq


def double(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """A record a second time, in another place."""
    seq, other = chance.sample(range(1, length(db) + 1), 2)
    copied = record(db, other)
    shift(db, seq - 1, 1)
    put(db, copied | {"seq": seq})
    return "inserted", seq


def delete(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    seq = chance.randint(1, length(db) - 1)
    db.execute("DELETE FROM audit WHERE seq = ?", (seq,))
    return "deleted", seq


def delete_carefully(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """Some of them, and the later ones move up."""
    seq = chance.randint(1, length(db) - 1)
    count = chance.randint(1, min(3, length(db) - seq))
    db.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (seq, seq + count - 1))
    shift(db, seq, -count)
    return "deleted", seq


def swap(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    one, other = sorted(chance.sample(range(1, length(db) + 1), 2))
    first, second = record(db, one), record(db, other)
    put(db, first | {"seq": other})
    put(db, second | {"seq": one})
    return "swapped", one


def swap_what_they_say(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """Numbers and hashes stay in place."""
    said = ("at", "kind", "subject", "data")
    while True:  # two entries that say the same are none
        one, other = sorted(chance.sample(range(1, length(db) + 1), 2))
        first, second = record(db, one), record(db, other)
        if any(first[name] != second[name] for name in said):
            break
    for here, there in ((first, second), (second, first)):
        put(db, {**there, **{name: here[name] for name in ("seq", "prev", "hash")}})
    return "swapped", one


def cut(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """The signatures that cover it are left behind."""
    kept = chance.randint(1, length(db) - 1)
    db.execute("DELETE FROM audit WHERE seq > ?", (kept,))
    return "cut", kept + 1


def rewrite(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """Another history from some record on, all of its hashes in order."""
    seq = chance.randint(1, length(db) - 1)
    db.execute("UPDATE audit SET subject = 'tforged' WHERE seq = ?", (seq,))
    rechain(db, seq)
    return "forked", seq


def append(db: sqlite3.Connection, kind: str, subject: str, **said: object) -> int:
    """One more record at the end, as only the program writes it."""
    last = length(db)
    row: Record = {"seq": last + 1, "at": record(db, last)["at"], "kind": kind, "subject": subject}
    row |= {"data": json.dumps(said), "prev": record(db, last)["hash"]}
    put(db, row | {"hash": chained(row)})
    return last + 1


def some(db: sqlite3.Connection, kind: str, chance: Random) -> Record:
    """A record of this kind, and what it says."""
    found = [row[0] for row in db.execute("SELECT seq FROM audit WHERE kind = ? ORDER BY seq", (kind,))]
    row = record(db, chance.choice(found))
    return row | json.loads(str(row["data"]))


def count_an_effect(db: sqlite3.Connection, key: str, seq: int) -> None:
    """So that the effects tell the same as the forged record."""
    at = str(record(db, seq)["at"])
    row = (key, "tforged", 1, "email.send", at[:10], at)
    db.execute("INSERT INTO effects(key, id, generation, action, day, begun_at) VALUES (?, ?, ?, ?, ?, ?)", row)


def begin_unapproved(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """An effect of a draft that was proposed, and that nobody said yes to."""
    append(db, "PROPOSED", "tforged", generation=1, action="email.send", digest="d", risk="low", note="n")
    seq = append(db, "INTENT", "tforged", key="tforged-g1.i", generation=1, action="email.send", file="f")
    count_an_effect(db, "tforged-g1.i", seq)
    del chance
    return "unapproved", seq


def begin_another_file(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """Than the one that the person said yes to."""
    yes = some(db, "APPROVED", chance)
    said = {"key": "tforged-g1.i", "generation": yes["generation"], "action": "email.send", "file": "f" * 64}
    seq = append(db, "INTENT", str(yes["subject"]), **said)
    count_an_effect(db, "tforged-g1.i", seq)
    return "unapproved", seq


def begin_twice(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """What was carried out already."""
    done = some(db, "RESULT", chance)
    found = db.execute(
        "SELECT seq FROM audit WHERE kind = 'INTENT' AND subject = ? ORDER BY seq DESC", (done["subject"],)
    )
    intent = record(db, found.fetchone()[0])
    return "unapproved", append(db, "INTENT", str(intent["subject"]), **json.loads(str(intent["data"])))


def end_unbegun(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    kind = chance.choice(["RESULT", "REFUSED", "UNKNOWN", "DEFERRED"])
    said = {"key": "tforged-g1.i", "outcome": "sent", "receipt": "x", "why": "x"}
    return "unrecorded", append(db, kind, "tforged", **said)


def decide_unproposed(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    kind = chance.choice(["APPROVED", "REJECTED", "EXPIRED", "WITHDRAWN", "SUPERSEDED", "SETTLED", "INTENT"])
    said = {"key": "tforged-g1.i", "generation": 1, "action": "email.send", "file": "f", "state": "done"}
    return "unproposed", append(db, kind, "tforged", **said)


def say_nonsense(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    kind = chance.choice(["APPROVED", "INTENT", "RESULT", "PROPOSED"])
    return "forged", append(db, kind, "tforged", **chance.choice([{}, {"generation": "x"}, {"generation": None}]))


def count_otherwise(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """So that the caps have room again."""
    what = chance.choice(["day = '2020-01-01'", "outcome = 'deferred'", "action = 'call.place'", "receipt = 'x'"])
    keys = db.execute(
        "SELECT key FROM effects WHERE outcome IN ('sent', 'saved') AND action <> 'call.place' ORDER BY key"
    )
    db.execute(f"UPDATE effects SET {what} WHERE key = ?", (chance.choice([row[0] for row in keys]),))
    return "unrecorded or cut", 0


def forget_an_effect(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    keys = [row[0] for row in db.execute("SELECT key FROM effects ORDER BY key")]
    db.execute("DELETE FROM effects WHERE key = ?", (chance.choice(keys),))
    return "unrecorded", 0


def forge_a_head(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    heads = [row[0] for row in db.execute("SELECT seq FROM heads ORDER BY seq")]
    seq = chance.choice(heads)
    column = chance.choice(["signature", "hash", "at"])
    db.execute(f"UPDATE heads SET {column} = 'x' || substr({column}, 2) WHERE seq = ?", (seq,))
    return "forged", seq


def delete_a_head(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """The vault has it still."""
    heads = [row[0] for row in db.execute("SELECT seq FROM heads ORDER BY seq")]
    seq = chance.choice(heads)
    db.execute("DELETE FROM heads WHERE seq = ?", (seq,))
    return "lost", seq


def cut_with_its_heads(db: sqlite3.Connection, chance: Random) -> tuple[str, int]:
    """As an older copy of the database would be."""
    last = db.execute("SELECT max(seq) FROM heads").fetchone()[0]
    kept = chance.randint(1, last - 1)
    db.execute("DELETE FROM heads WHERE seq > ?", (kept,))
    db.execute("DELETE FROM audit WHERE seq > ?", (kept,))
    return "rolled back", kept + 1


FORGERIES: Mapping[str, Tampering] = {
    way.__name__: way
    for way in (
        begin_unapproved, begin_another_file, begin_twice, end_unbegun, decide_unproposed, say_nonsense,
        count_otherwise, forget_an_effect, forge_a_head, delete_a_head, cut_with_its_heads,
    )
}  # fmt: skip
"""What is written at the end, as the program itself would, or beside the record."""
WAYS: Mapping[str, Tampering] = {
    way.__name__: way
    for way in (
        change, flip, change_carefully, insert, insert_carefully, insert_before_the_first, double, delete,
        delete_carefully, swap, swap_what_they_say, cut,
    )
}  # fmt: skip
