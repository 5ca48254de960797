"""A file in plain text is overwritten and gone, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.adapters.credentials.shredding import shred
from daemon.core.errors import UserError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / ".env"
    made.write_bytes(b"A=canary-5d81c0\n" * 100)
    return made


def test_a_shredded_file_is_gone_and_what_was_open_holds_nothing(file: Path) -> None:
    with file.open("rb") as still_open:
        shred(file)
        assert b"canary" not in still_open.read()
    assert not file.exists()


def test_a_file_with_a_second_name_is_kept(file: Path) -> None:
    file.with_name("second").hardlink_to(file)
    with pytest.raises(UserError, match="second name"):
        shred(file)
    assert b"canary" in file.read_bytes()


def test_what_a_link_leads_to_is_kept(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    with pytest.raises(UserError, match="link"):
        shred(link)
    assert b"canary" in file.read_bytes()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could not be removed"):
        shred(tmp_path / "nowhere")
