"""The record is signed in time, its signatures reach the vault, and nothing else waits for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.app.parts import seal
from daemon.core import heads
from daemon.core.credentials import AUDIT_KEY
from daemon.core.errors import UserError
from daemon.core.heads import PATH, Head
from daemon.ops import proof
from daemon.runtime.notary import Notary, Signing
from daemon.runtime.pace import Pace
from tests.adapters.credentials.desk import DEATH, Killed, fast_folder
from tests.house import House

DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path, audit__sign_every="3")
    yield opened
    opened.stop()


def notary(office: House) -> Notary:
    """As a process has it that starts now."""
    return Notary(office.app.context, seal(office.app))


def happen(office: House, times: int) -> None:
    for _ in range(times):
        office.app.ledger.pause("", "owner", office.clock.now())


def signed(office: House) -> list[int]:
    return [head.seq for head in office.app.ledger.heads.after(0)]


def copied(office: House) -> list[int]:
    note = office.root / PATH
    return [head.seq for head in heads.read(note.read_bytes()).heads] if note.exists() else []


def test_nothing_is_signed_and_no_key_is_made_before_anything_happened(office: House) -> None:
    notary(office).look(office.clock.now(), leaving=True)
    assert (signed(office), copied(office), office.app.secrets.exists()) == ([], [], False)


def test_the_first_record_is_signed_at_once_and_copied_to_the_vault(office: House) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    assert (signed(office), copied(office)) == ([1], [1])


def test_signed_again_after_so_many_records(office: House) -> None:
    happen(office, 1)
    ours = notary(office)
    ours.look(office.clock.now())
    happen(office, 2)
    ours.look(office.clock.now())
    assert signed(office) == [1]
    happen(office, 1)
    ours.look(office.clock.now())
    assert (signed(office), copied(office)) == ([1, 4], [1, 4])


@pytest.mark.parametrize(("later", "expected"), [(timedelta(hours=1), [1]), (DAY, [1, 2])])
def test_signed_again_on_a_new_day(office: House, later: timedelta, expected: list[int]) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    happen(office, 1)
    notary(office).look(office.clock.now() + later)
    assert signed(office) == expected


def test_a_day_without_records_needs_no_signature(office: House) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    notary(office).look(office.clock.now() + DAY, leaving=True)
    assert signed(office) == [1]


def test_what_a_crash_left_out_of_the_vault_is_put_there_by_the_next_look(office: House) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    before = (office.root / PATH).read_bytes()
    happen(office, 3)
    notary(office).look(office.clock.now())
    (office.root / PATH).write_bytes(before)
    notary(office).look(office.clock.now())
    assert copied(office) == [1, 4]


def test_a_note_that_was_deleted_is_written_again_with_all_heads(office: House) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    (office.root / PATH).unlink()
    happen(office, 3)
    notary(office).look(office.clock.now())
    assert copied(office) == [1, 4]


def test_heads_of_another_computer_in_the_note_stay(office: House) -> None:
    theirs = Head(9, "2026-01-01T00:00:00.000000Z", "iother", "ab" * 32).signed(b"another key")
    happen(office, 1)
    notary(office).look(office.clock.now())
    note = office.root / PATH
    note.write_bytes(heads.extended(note.read_bytes(), [theirs]))
    happen(office, 3)
    notary(office).look(office.clock.now())
    assert copied(office) == [1, 9, 4]


def test_a_note_of_the_person_s_own_is_left_alone(office: House) -> None:
    (office.root / "Audit").mkdir(exist_ok=True)
    (office.root / PATH).write_text("My own thoughts.\n")
    happen(office, 1)
    with pytest.raises(UserError, match="rename it"):
        notary(office).look(office.clock.now())
    assert (office.root / PATH).read_text() == "My own thoughts.\n"


def killed(folder: Path, at: int) -> bool:
    """Whether the second signature died before its `at`-th act; then what the next look makes of it is checked."""
    office = House(folder, audit__sign_every="1")
    happen(office, 1)
    with suppress(Killed), DEATH.before(at, folder):
        notary(office).look(office.clock.now())
    died = DEATH.acts >= at
    happen(office, 1)
    notary(office).look(office.clock.now())
    verdict = proof.verify(office.app.ledger, office.app.vault, office.app.secrets)
    office.stop()
    assert (verdict.wrong, verdict.signed[-1].seq) == ("", 2)
    assert copied(office) == [head.seq for head in verdict.signed]
    return died


def test_killed_at_every_step_of_the_first_signature_the_next_look_goes_on() -> None:
    with fast_folder() as folder:
        died = [killed(folder / str(at), at) for at in range(1, 61)]
        assert sum(died) > 20
        assert not died[-1]


def test_no_other_key_is_made_when_the_key_is_lost(office: House) -> None:
    happen(office, 1)
    notary(office).look(office.clock.now())
    office.app.secrets.remove(AUDIT_KEY)
    happen(office, 3)
    with pytest.raises(UserError, match=r"audit\.key is missing"):
        notary(office).look(office.clock.now())
    assert office.app.secrets.find(AUDIT_KEY) is None


class Idle:
    """A role without work."""

    name = "scheduler"
    closed = False

    def step(self, now: datetime) -> Pace:
        del now
        return Pace(progress=False, problems=("its own",))

    def tick(self, now: datetime) -> None:
        del now

    def close(self, now: datetime) -> None:
        del now
        self.closed = True


def test_a_record_that_cannot_be_signed_is_a_problem_and_stops_nothing(office: House) -> None:
    happen(office, 1)
    away = office.root.rename(office.root.with_name("away"))
    role, now = Signing(Idle(), notary(office)), office.clock.now()
    its_own, ours = role.step(now).problems
    away.rename(office.root)
    assert its_own == "its own"
    assert ours.startswith("The signed record: The vault is not at")
    assert role.step(now + timedelta(minutes=1)).problems == ("its own",)
    assert copied(office) == [1]


def test_the_rest_is_signed_when_the_role_ends(office: House) -> None:
    happen(office, 1)
    idle = Idle()
    role, now = Signing(idle, notary(office)), office.clock.now()
    role.step(now)
    happen(office, 1)
    role.close(now)
    assert idle.closed
    assert copied(office) == [1, 2]
