"""Secrets come back as they were stored, for nobody else, whatever ends the program in the middle."""

from __future__ import annotations

import itertools
import os
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from daemon.core.errors import UserError
from daemon.core.redaction import HIDDEN
from tests.adapters.credentials.desk import CANARY, Desk, Rotation, fast_folder
from tests.fakes import NOON

posix = pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "vault").mkdir()
    return Desk(tmp_path)


@pytest.fixture
def used(desk: Desk) -> Desk:
    desk.store().put({"gmail.token": CANARY, "odoo.key": "second"}, NOON)
    return desk


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_comes_back(used: Desk) -> None:
    assert used.store().get("gmail.token") == CANARY


def test_nothing_is_stored_in_plain_text(used: Desk) -> None:
    assert CANARY.encode() not in used.texts()
    assert b"gmail" not in used.texts()


@posix
def test_only_the_owner_can_read_and_the_key_lies_elsewhere(used: Desk) -> None:
    assert (mode(used.folder), mode(used.file), mode(used.key)) == (0o700, 0o600, 0o400)
    assert not used.key.is_relative_to(used.folder)


def test_names_and_times_are_listed(desk: Desk) -> None:
    desk.store().put({"b": CANARY}, NOON)
    desk.store().put({"a": CANARY}, NOON + timedelta(days=1))
    assert [(s.name, s.since) for s in desk.store().all()] == [("a", NOON + timedelta(days=1)), ("b", NOON)]
    assert CANARY not in repr(desk.store().all())


def test_what_became_of_each_is_told_and_the_same_value_keeps_its_age(used: Desk) -> None:
    later = NOON + timedelta(days=9)
    stored = used.store().put({"gmail.token": CANARY, "odoo.key": "changed", "x": "new one"}, later)
    assert (stored.new, stored.replaced, stored.unchanged) == (["x"], ["odoo.key"], ["gmail.token"])
    assert {s.name: s.since for s in used.store().all()}["gmail.token"] == NOON


def test_a_missing_secret_asks_to_log_in(used: Desk) -> None:
    with pytest.raises(UserError, match="employee connect vapi") as raised:
        used.store().get("vapi.key")
    assert raised.value.exit_code == 5


def test_a_removed_secret_is_gone(used: Desk) -> None:
    assert used.store().remove("gmail.token")
    assert not used.store().remove("gmail.token")
    assert used.store().find("gmail.token") is None


def test_one_is_made_once(desk: Desk) -> None:
    values = iter(["first one", "second one"])
    assert desk.store().make("audit.key", lambda: next(values), NOON) == "first one"
    assert desk.store().make("audit.key", lambda: next(values), NOON) == "first one"


def test_reading_makes_nothing(desk: Desk) -> None:
    assert desk.store().find("gmail.token") is None
    assert not desk.store().exists()
    assert not desk.key.exists()


def test_whatever_was_read_is_hidden_in_logs(used: Desk) -> None:
    again = Desk(used.root)
    assert CANARY in again.redact(CANARY)
    again.store().get("odoo.key")
    assert again.redact(CANARY) == HIDDEN


@posix
def test_a_process_that_opened_the_store_leaves_no_core_dump(used: Desk) -> None:
    resource = pytest.importorskip("resource")
    used.store().get("odoo.key")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_many_writers_lose_nothing(desk: Desk) -> None:
    writers = [Thread(target=desk.store().put, args=({f"n{n}": f"value {n}"}, NOON)) for n in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(desk.store().all()) == 8


# --- refusals: exit code 78 and a remedy


def refusal(desk: Desk, key: Path | None = None) -> str:
    with pytest.raises(UserError) as raised:
        desk.store(key).all()
    assert raised.value.exit_code == 78
    assert len(raised.value.problems) == 1
    return raised.value.problems[0]


@posix
@pytest.mark.parametrize("which", ["key", "file", "folder"])
def test_refused_when_others_may_read(used: Desk, which: str) -> None:
    path: Path = getattr(used, which)
    path.chmod(0o755)
    assert "thers may" in refusal(used)
    assert f"'{path}'" in refusal(used)


@pytest.mark.parametrize(("place", "name"), [("vault", "the vault"), ("home", "the state directory")])
def test_refused_when_the_key_lies_where_it_is_copied_away(desk: Desk, place: str, name: str) -> None:
    assert f"lies inside {name}" in refusal(desk, desk.root / place / "deep" / "secrets.key")


@posix
def test_refused_when_a_link_leads_into_the_vault(used: Desk) -> None:
    inside = used.key.rename(used.vault / "secrets.key")
    used.key.symlink_to(inside)
    assert "lies inside the vault" in refusal(used)


@posix
def test_refused_when_the_key_is_a_link(used: Desk) -> None:
    used.key.symlink_to(used.key.rename(used.root / "elsewhere.key"))
    assert "not an ordinary file" in refusal(used)


def test_refused_without_the_key_and_no_other_is_made(used: Desk) -> None:
    used.key.unlink()
    assert "is missing" in refusal(used)
    with pytest.raises(UserError, match="is missing"):
        used.store().put({"x": "value"}, NOON)
    assert not used.key.exists()


def test_refused_with_another_key(used: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    other.store().put({"x": "value"}, NOON)
    other.key.replace(used.key)
    assert "do not belong together" in refusal(used)


@pytest.mark.parametrize("damage", [b"", b"short\n", b"\xff" * 44, b"!" * 44])
def test_refused_with_a_damaged_key(used: Desk, damage: bytes) -> None:
    used.key.chmod(0o600)
    used.key.write_bytes(damage)
    assert str(used.key) in refusal(used)


def test_refused_with_a_damaged_store(used: Desk) -> None:
    used.file.write_bytes(used.file.read_bytes()[:-9])
    assert "damaged" in refusal(used)


# --- exchanging the key


def test_a_rotation_keeps_the_secrets_and_forgets_the_old_key(used: Desk) -> None:
    old = used.key.read_bytes().strip()
    assert used.store().rotate() == 2
    assert used.store().get("gmail.token") == CANARY
    assert old not in used.texts()


def test_a_first_rotation_without_secrets_makes_a_key(desk: Desk) -> None:
    assert desk.store().rotate() == 0
    assert desk.key.exists()


def test_a_rotation_killed_at_every_step_loses_nothing_and_the_next_one_ends_it() -> None:
    with fast_folder() as folder:
        steps = range(1, Rotation(folder / "whole").acts() + 1)
        assert len(steps) > 15
        assert all(Rotation(folder / str(at)).dies_at(at) for at in steps)


def test_a_rotation_killed_at_every_step_and_again_at_every_step_of_the_recovery_loses_nothing() -> None:
    with fast_folder() as folder:
        steps = Rotation(folder / "whole").acts()
        points = itertools.product(range(1, steps + 1), range(1, steps + 10))  # ending the first takes some more
        twice = [Rotation(folder / f"{at}-{again}").dies_at(at, again) for at, again in points]
        assert sum(twice) > steps * steps
