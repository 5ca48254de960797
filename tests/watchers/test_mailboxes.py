"""The watchers of Gmail and of IMAP: what they make of the settings. How they look is `Polling`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from daemon import registry
from daemon.core.plugins import Mailed, Sources
from daemon.core.ports import Watcher
from daemon.vault import Vault
from tests.factories import settings
from tests.fakes import NOON
from tests.mailboxes import FakeLetters, FakeMailbox, letter

BOTH = pytest.mark.parametrize("kind", ["gmail", "imap"])


def made(kind: str, folder: Path, box: FakeMailbox | None, **mail: object) -> Watcher | None:
    said = settings(mail=mail)
    own = said.gmail if kind == "gmail" else said.imap
    mailed = Mailed(box.account, box, FakeLetters()) if box else None
    return registry.watcher(kind, said.mail.model_dump() | own.model_dump(), Sources(Vault(folder), mailed)).made


def looked(kind: str, folder: Path, box: FakeMailbox, **mail: object) -> list[bytes]:
    watcher = made(kind, folder, box, **mail)
    assert watcher
    return [arrival.originals[0].data for arrival in watcher.poll(NOON).arrivals]


@BOTH
def test_mail_is_told_as_it_came(kind: str, tmp_path: Path) -> None:
    box = FakeMailbox(now=lambda: NOON)
    box.deliver(letter())
    assert looked(kind, tmp_path, box) == [letter()]


@BOTH
def test_the_first_look_is_as_wide_as_the_person_wants(kind: str, tmp_path: Path) -> None:
    box = FakeMailbox(now=lambda: NOON - timedelta(days=2))
    box.deliver(letter())
    assert looked(kind, tmp_path, box, first_days=1.0) == []


@BOTH
def test_the_first_look_takes_as_many_as_the_person_wants(kind: str, tmp_path: Path) -> None:
    box = FakeMailbox(now=lambda: NOON)
    box.deliver(letter("first"))
    box.deliver(letter("second"))
    assert looked(kind, tmp_path, box, first_most=1) == [letter("second")]


@BOTH
def test_a_mail_is_read_as_far_as_the_person_wants(kind: str, tmp_path: Path) -> None:
    box = FakeMailbox(now=lambda: NOON)
    box.deliver(letter("x" * 2_000_000))
    assert [len(data) for data in looked(kind, tmp_path, box, max_mb=1)] == [2**20]


@BOTH
def test_a_watcher_without_a_mailbox_is_none(kind: str, tmp_path: Path) -> None:
    assert made(kind, tmp_path, None) is None
