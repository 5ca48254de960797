"""Effects as files: there once, whole, and provable after a kill at any point."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from daemon.adapters.outbox import Documents, OutboxMail
from daemon.core.errors import Outage, UnknownOutcome
from daemon.core.ports import Absent, CannotTell, Found
from daemon.vault import Vault

KEY = "taaaaaaaaaa-g1.i123"
MESSAGE = b"Subject: Hi\r\n\r\nHello\r\n"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path)
    made.make_folders()
    return made


@pytest.fixture
def outbox(vault: Vault) -> OutboxMail:
    return OutboxMail(vault)


def files(root: Path, folder: str = "Outbox") -> list[str]:
    return sorted(path.name for path in (root / folder).iterdir() if path.is_file())


def test_message_lies_in_the_outbox_under_a_name_to_recognise(outbox: OutboxMail, tmp_path: Path) -> None:
    receipt = outbox.send(MESSAGE, title="Re: Opening hours", key=KEY)
    assert files(tmp_path) == ["re-opening-hours_taaaaaaaaaa-g1.eml"]
    assert (tmp_path / "Outbox" / "re-opening-hours_taaaaaaaaaa-g1.eml").read_bytes() == MESSAGE
    assert receipt.outcome == "saved"
    assert receipt.id.startswith("Outbox/re-opening-hours_taaaaaaaaaa-g1.eml sha256:")


def test_sent_message_is_found(outbox: OutboxMail) -> None:
    receipt = outbox.send(MESSAGE, title="Hi", key=KEY)
    assert outbox.look_up(MESSAGE, title="Hi", key=KEY) == Found(receipt)


def test_message_that_was_never_begun_is_surely_absent(outbox: OutboxMail) -> None:
    assert outbox.look_up(MESSAGE, title="Hi", key=KEY) == Absent()


def test_message_the_person_took_out_still_counts_as_sent(outbox: OutboxMail, tmp_path: Path) -> None:
    outbox.send(MESSAGE, title="Hi", key=KEY)
    (tmp_path / "Outbox" / "hi_taaaaaaaaaa-g1.eml").rename(tmp_path / "taken.eml")
    assert isinstance(outbox.look_up(MESSAGE, title="Hi", key=KEY), Found)


def test_message_the_person_deleted_may_have_been_sent(outbox: OutboxMail, tmp_path: Path) -> None:
    outbox.send(MESSAGE, title="Hi", key=KEY)
    (tmp_path / "Outbox" / "hi_taaaaaaaaaa-g1.eml").unlink()
    assert isinstance(outbox.look_up(MESSAGE, title="Hi", key=KEY), CannotTell)


def test_second_try_of_what_was_only_prepared_makes_one_file(outbox: OutboxMail, vault: Vault, tmp_path: Path) -> None:
    vault.create(f"Outbox/.effects/{KEY}", MESSAGE)
    outbox.send(MESSAGE, title="Hi", key=KEY)
    assert files(tmp_path) == ["hi_taaaaaaaaaa-g1.eml"]


def test_disk_that_fails_right_after_the_file_is_there_makes_no_second_file(outbox: OutboxMail, tmp_path: Path) -> None:
    with suppress(Outage):
        OutboxMail(Wavering(tmp_path)).send(MESSAGE, title="Hi", key=KEY)
    outbox.send(MESSAGE, title="Hi", key=KEY)
    assert files(tmp_path) == ["hi_taaaaaaaaaa-g1.eml"]


def test_disk_that_then_cannot_be_read_either_makes_no_second_file(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(UnknownOutcome):
        Documents(Blinded(tmp_path)).save("Documents/plan.md", b"ours\n", key=KEY)
    Documents(vault).save("Documents/other.md", b"another\n", key="tbbbbbbbbbb-g1.i123")
    assert isinstance(Documents(vault).look_up("Documents/plan.md", b"ours\n", key=KEY), Found)


def test_nobody_is_asked_about_a_file_that_a_failing_disk_never_had(tmp_path: Path) -> None:
    disk = Blinded(tmp_path, reaches=False)
    documents = Documents(disk)
    with pytest.raises(UnknownOutcome):
        documents.save("Documents/plan.md", b"ours\n", key=KEY)
    disk.blind = False
    assert documents.look_up("Documents/plan.md", b"ours\n", key=KEY) == Absent()


def test_document_the_person_took_away_still_counts_as_saved_after_the_next_one(vault: Vault, tmp_path: Path) -> None:
    Documents(vault).save("Documents/plan.md", b"ours\n", key=KEY)
    (tmp_path / "Documents" / "plan.md").rename(tmp_path / "taken.md")
    Documents(vault).save("Documents/other.md", b"another\n", key="tbbbbbbbbbb-g1.i123")
    assert isinstance(Documents(vault).look_up("Documents/plan.md", b"ours\n", key=KEY), Found)


class Wavering(Vault):
    """A disk that reports an error after it did what it was told."""

    def link(self, path: str, target: str) -> str:
        super().link(path, target)
        raise Outage(f"{target} could not be written: the disk reports an error.")


class Blinded(Vault):
    """A disk that fails before or after a file `reaches` its place, and cannot be read from then on."""

    def __init__(self, root: Path, *, reaches: bool = True) -> None:
        super().__init__(root)
        self.make_folders()
        self._reaches = reaches
        self.blind = False

    def link(self, path: str, target: str) -> str:
        self.blind = True
        if self._reaches:
            super().link(path, target)
        raise Outage(f"{target} could not be written: the disk reports an error.")

    def read(self, path: str, limit: int = 2**20) -> bytes:
        if self.blind:
            raise Outage(f"{path} could not be read: the disk reports an error.")
        return super().read(path, limit)


def test_evidence_goes_when_ten_more_effects_have_begun(outbox: OutboxMail, tmp_path: Path) -> None:
    keys = [f"t{letter * 10}-g1.i123" for letter in "abcdefghijkl"]
    for key in keys:
        outbox.send(MESSAGE, title="Hi", key=key)
    assert files(tmp_path, "Outbox/.effects") == keys[1:]


def test_other_content_under_the_effects_key_is_not_guessed_about(outbox: OutboxMail, vault: Vault) -> None:
    vault.create(f"Outbox/.effects/{KEY}", b"something else")
    with pytest.raises(UnknownOutcome):
        outbox.send(MESSAGE, title="Hi", key=KEY)


def test_document_never_overwrites_another(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "Documents" / "plan.md").write_text("the person's own")
    receipt = Documents(vault).save("Documents/plan.md", b"ours\n", key=KEY)
    assert (tmp_path / "Documents" / "plan.md").read_text() == "the person's own"
    assert receipt.id.startswith("Documents/plan_taaaaaaaaaa-g1.md ")
