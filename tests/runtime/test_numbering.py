"""Numbers of invoices: the next one, without a gap, whatever became of the effects before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from daemon.core.accounting import numbering
from daemon.core.accounting.numbering import Numbering
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.numbering import Numbers
from tests.fakes import NOON

DAY, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)
NONE = frozenset[str]()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.sqlite3")) as opened:
        yield opened


@pytest.fixture
def numbers(ledger: Ledger) -> Numbers:
    return ledger.numbers(Numbering("{year}-{n:04}"))


def take(numbers: Numbers, key: str, used: frozenset[str] = NONE, day: date = DAY) -> str:
    return numbers.take(f"{key}-g1.i1", day, used, NOON).text


def test_numbers_follow_each_other(numbers: Numbers) -> None:
    assert [take(numbers, "ta"), take(numbers, "tb"), take(numbers, "tc")] == ["2026-0001", "2026-0002", "2026-0003"]


def test_second_try_gets_the_same_number_and_day(numbers: Numbers) -> None:
    first = numbers.take("ta-g1.i1", DAY, NONE, NOON)
    assert numbers.take("ta-g1.i1", NEW_YEAR, frozenset({"2026-0001"}), NOON) == first


def test_number_of_what_did_not_happen_goes_to_the_next(numbers: Numbers) -> None:
    take(numbers, "ta")
    take(numbers, "tb")
    numbers.release("ta-g1.i1", NOON)
    assert [take(numbers, "tc"), take(numbers, "td")] == ["2026-0001", "2026-0003"]


def test_first_number_released_is_the_first_again(numbers: Numbers) -> None:
    take(numbers, "ta")
    numbers.release("ta-g1.i1", NOON)
    assert take(numbers, "ta") == "2026-0001"


def test_number_whose_invoice_is_out_is_never_released(numbers: Numbers) -> None:
    take(numbers, "ta")
    numbers.keep("ta-g1.i1", "{}")
    numbers.release("ta-g1.i1", NOON)
    assert take(numbers, "tb") == "2026-0002"


def test_new_year_begins_with_1(ledger: Ledger) -> None:
    numbers = ledger.numbers(Numbering("{year}-{n:04}", first=42))
    assert [take(numbers, "ta"), take(numbers, "tb", day=NEW_YEAR)] == ["2026-0042", "2027-0001"]


def test_series_without_a_year_goes_on(ledger: Ledger) -> None:
    numbers = ledger.numbers(Numbering("RE-{n:03}"))
    assert [take(numbers, "ta"), take(numbers, "tb", day=NEW_YEAR)] == ["RE-001", "RE-002"]


def test_new_state_directory_goes_on_after_the_books(numbers: Numbers) -> None:
    assert take(numbers, "ta", frozenset({"2026-0001", "2026-0007", "2025-0099", "A-12"})) == "2026-0008"


def test_number_written_by_hand_is_passed_over(numbers: Numbers) -> None:
    take(numbers, "ta")
    assert take(numbers, "tb", frozenset({"2026-0001", "2026-0002"})) == "2026-0003"
    numbers.release("tb-g1.i1", NOON)
    assert take(numbers, "tc", frozenset({"2026-0003"})) == "2026-0004"


def test_old_backup_gives_no_number_twice(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "old.sqlite3")) as ledger:
        numbers = ledger.numbers(Numbering("{year}-{n:04}"))
        take(numbers, "ta")
        assert take(numbers, "tz", frozenset({"2026-0001", "2026-0002", "2026-0003"})) == "2026-0004"


def test_each_number_is_in_the_audit_record(ledger: Ledger, numbers: Numbers) -> None:
    take(numbers, "taaaaaaaaaa")
    numbers.release("taaaaaaaaaa-g1.i1", NOON)
    assert [record.kind for record in ledger.audit.of("taaaaaaaaaa")] == ["NUMBERED", "RELEASED"]
    assert not ledger.audit.verify().wrong


@pytest.mark.parametrize("form", ["{year}-{n:04}", "RE-{n:05}", "{n}/{year}", "INV {year}.{n:03}"])
def test_forms_that_make_numbers(form: str) -> None:
    assert numbering.check(form) == form


@pytest.mark.parametrize(
    "form",
    [
        "",
        "2026",
        "{year}",
        "{n}{n}",
        "{n:x}",
        "{n!r}",
        "{year:>9}-{n}",
        "{m}-{n}",
        "{n",
        "a\n{n}",
        "{n.real}",
        "{0}-{n}",
    ],
)
def test_forms_that_do_not(form: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        numbering.check(form)
