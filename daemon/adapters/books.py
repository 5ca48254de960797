"""Accounting/ledger.csv: the person's list, to which one line is added for each effect, and nothing else is changed.

The person may have it open, sort it, add columns or save it from a spreadsheet at any time. So it is read anew each
time, goes on in the form it has, and is replaced only if it is still what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from daemon.core.accounting import booking as books
from daemon.core.accounting.booking import Booking, NoTable, Table
from daemon.core.errors import Transient, UserError
from daemon.core.ports import Changed, Missing, NameTaken, VaultProblem, VaultWriter

PATH = "Accounting/ledger.csv"
_LARGEST = 64 * 1024 * 1024  # bytes; some hundred thousand lines
_TRIES = 3  # at once, when somebody else writes at the same moment
_LATER = timedelta(minutes=1)


class Books:
    """The ledger of one vault. `separator` is that of a new one."""

    path = PATH

    def __init__(self, vault: VaultWriter, separator: str) -> None:
        self._vault = vault
        self._separator = separator

    def holds(self, key: str) -> bool:
        return self._table(self._data()).holds(key)

    def numbers(self) -> frozenset[str]:
        return self._table(self._data()).invoice_numbers()

    def rows(self, kind: str) -> Sequence[Mapping[str, str]]:
        return self._table(self._data()).of_kind(kind)

    def enter(self, booking: Booking) -> str:
        """Raises Transient when it could not be done: then nothing was changed."""
        for _ in range(_TRIES):
            data = self._data()
            table = self._table(data)
            try:
                if not table.holds(booking.id):
                    self._write(table.with_line(booking), data)
            except (Changed, NameTaken, Missing):
                continue
            except (NoTable, VaultProblem, UserError) as why:
                raise _unusable(str(why)) from why
            return _receipt(booking)
        raise Transient(f"{PATH} is being changed by somebody else; I try again in a minute", retry_after=_LATER)

    def _write(self, data: bytes, expected: bytes | None) -> None:
        if expected is None:
            self._vault.create(PATH, data)
        else:
            self._vault.replace(PATH, data, expected=expected)

    def _data(self) -> bytes | None:
        """None when there is no ledger yet, or the person put it away."""
        try:
            return self._vault.read(PATH, _LARGEST)
        except Missing:
            return None
        except (VaultProblem, UserError) as why:
            raise _unusable(str(why)) from why

    def _table(self, data: bytes | None) -> Table:
        try:
            return books.read(data) if data and data.strip() else books.empty(self._separator)
        except NoTable as why:
            raise _unusable(str(why)) from why


def _unusable(why: str) -> Transient:
    remedy = "Put it right, or move it away and a new one is begun. What waits for it goes on by itself."
    return Transient(f"Nothing can be booked in {PATH}: {why.rstrip('.')}. {remedy}", retry_after=_LATER)


def _receipt(booking: Booking) -> str:
    line = booking.model_dump_json()
    return f"{PATH} sha256:{hashlib.sha256(line.encode()).hexdigest()}"
