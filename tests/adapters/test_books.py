"""Accounting/ledger.csv on disk: one line for each effect, and never an edit of the person lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.adapters.books import Books
from daemon.core.accounting.booking import Booking
from daemon.core.errors import Transient
from daemon.vault import Vault

LINE = Booking(day=date(2026, 11, 21), kind="expense", gross=Decimal("12.50"), currency="EUR", id="taaaaaaaaaa-g1.i1")
OTHER = LINE.model_copy(update={"id": "tbbbbbbbbbb-g1.i1"})


class Busy(Vault):
    """A vault in which somebody saves the ledger between our look and our write, so many times."""

    times = 1

    def replace(self, path: str, data: bytes, *, expected: bytes | None = None) -> None:
        if self.times:
            self.times -= 1
            with (Path(self._root) / path).open("ab") as file:
                file.write(b"# theirs\n")
        super().replace(path, data, expected=expected)


def made(folder: Path, kind: type[Vault] = Vault) -> Vault:
    vault = kind(folder)
    vault.make_folders()
    return vault


def lines(folder: Path) -> list[str]:
    return (folder / "Accounting" / "ledger.csv").read_text(encoding="utf-8-sig").splitlines()


def test_first_line_makes_the_ledger(tmp_path: Path) -> None:
    receipt = Books(made(tmp_path), ",").enter(LINE)
    assert lines(tmp_path)[1] == "2026-11-21,expense,,,,,,12.50,EUR,,,taaaaaaaaaa-g1.i1"
    assert receipt.startswith("Accounting/ledger.csv sha256:")


def test_line_is_there_once_however_often_it_is_entered(tmp_path: Path) -> None:
    books = Books(made(tmp_path), ",")
    assert not books.holds(LINE.id)
    assert books.enter(LINE) == books.enter(LINE)
    books.enter(OTHER)
    assert books.holds(LINE.id)
    assert len(lines(tmp_path)) == 3


def test_edit_at_the_same_moment_is_kept(tmp_path: Path) -> None:
    vault = made(tmp_path, Busy)
    Books(vault, ",").enter(LINE)
    Books(vault, ",").enter(OTHER)
    assert lines(tmp_path)[2] == "# theirs"
    assert lines(tmp_path)[3].endswith(OTHER.id)


def test_ledger_that_is_written_all_the_time_is_tried_later(tmp_path: Path) -> None:
    vault = made(tmp_path, Busy)
    Books(vault, ",").enter(LINE)
    assert isinstance(vault, Busy)
    vault.times = 100
    with pytest.raises(Transient, match="changed by somebody else"):
        Books(vault, ",").enter(OTHER)
    assert not Books(vault, ",").holds(OTHER.id)


def test_ledger_that_is_no_table_is_left_alone_with_the_remedy(tmp_path: Path) -> None:
    vault = made(tmp_path)
    (tmp_path / "Accounting" / "ledger.csv").write_bytes(b"shopping list\n")
    with pytest.raises(Transient, match=r"no row with the column names .* move it away"):
        Books(vault, ",").enter(LINE)
    assert (tmp_path / "Accounting" / "ledger.csv").read_bytes() == b"shopping list\n"


def test_ledger_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    vault = made(tmp_path)
    (tmp_path / "outside.csv").write_bytes(b"")
    (tmp_path / "Accounting" / "ledger.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(Transient, match="Nothing can be booked"):
        Books(vault, ",").enter(LINE)
    assert (tmp_path / "outside.csv").read_bytes() == b""


def test_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    vault = made(tmp_path)
    (tmp_path / "Accounting").rmdir()
    (tmp_path / "Accounting").write_text("")
    with pytest.raises(Transient, match="Accounting"):
        Books(vault, ",").enter(LINE)


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\n\n"])
def test_emptied_ledger_begins_again(tmp_path: Path, content: bytes) -> None:
    vault = made(tmp_path)
    (tmp_path / "Accounting" / "ledger.csv").write_bytes(content)
    Books(vault, ",").enter(LINE)
    assert len(lines(tmp_path)) == 2


def test_ledger_put_away_is_begun_again(tmp_path: Path) -> None:
    books = Books(made(tmp_path), ",")
    books.enter(LINE)
    (tmp_path / "Accounting" / "ledger.csv").rename(tmp_path / "Accounting" / "2025.csv")
    books.enter(OTHER)
    assert len(lines(tmp_path)) == 2
