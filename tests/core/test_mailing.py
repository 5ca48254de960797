"""What every mail action shares: all of it shown, edits checked, the same bytes for the same effect."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from daemon.core import mail, mailing
from daemon.core.errors import Permanent, UserError
from daemon.core.mailing import File, Params
from daemon.core.plugins import NoAccounts
from daemon.core.ports import Effect
from daemon.vault import Vault
from tests.fakes import NOON

PARAMS = Params(to=("Anna <anna@example.com>",), cc=("bob@example.com",), subject="Re: Hours", in_reply_to="<1@x>")
EFFECT = Effect("taaaaaaaaaa-g1.i1", NOON)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path)
    made.make_folders()
    (tmp_path / "Documents" / "offer.pdf").write_bytes(b"%PDF")
    return made


def attached(data: bytes = b"%PDF") -> File:
    return File(path="Documents/offer.pdf", sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def test_everything_that_would_be_sent_is_shown() -> None:
    full = PARAMS.model_copy(update={"bcc": ("eve@example.com",), "attachments": (attached(),)})
    shown = mailing.describe(full, "A reply", "gmail")
    assert shown.properties["bcc"] == ("eve@example.com",)
    assert shown.properties["attachments"] == ("[[Documents/offer.pdf]]",)
    assert shown.effect[0] == "A reply goes to Anna <anna@example.com>, subject: Re: Hours"
    assert shown.effect[1:3] == ("Copy to bob@example.com", "Hidden copy to eve@example.com")
    assert "offer.pdf (4 bytes, sha256" in shown.effect[3]


def test_mail_that_only_goes_into_the_outbox_is_not_called_sent() -> None:
    effect = mailing.describe(PARAMS, "A reply", mailing.OUTBOX).effect[0]
    assert effect == "A reply is put into Outbox/, for you to send, to Anna <anna@example.com>, subject: Re: Hours"


def test_message_is_the_same_bytes_for_the_same_effect(vault: Vault) -> None:
    first = mailing.message(PARAMS, "Hello", EFFECT, vault)
    assert first == mailing.message(PARAMS, "Hello", EFFECT, vault)


def test_message_answers_in_its_thread_and_bears_the_key(vault: Vault) -> None:
    read = mail.read(mailing.message(PARAMS, "Hello", EFFECT, vault))
    assert (read.in_reply_to, read.subject, read.text.strip()) == ("<1@x>", "Re: Hours", "Hello")
    assert b"X-AI-Employee-Key: taaaaaaaaaa-g1.i1" in mailing.message(PARAMS, "Hello", EFFECT, vault)


def test_attachment_goes_along(vault: Vault) -> None:
    full = PARAMS.model_copy(update={"attachments": (attached(),)})
    read = mail.read(mailing.message(full, "Hello", EFFECT, vault))
    assert [(part.name, part.data) for part in read.attachments] == [("offer.pdf", b"%PDF")]


def test_attachment_changed_after_the_approval_is_not_sent(vault: Vault) -> None:
    full = PARAMS.model_copy(update={"attachments": (attached(b"another"),)})
    with pytest.raises(Permanent, match="not the file that was approved"):
        mailing.message(full, "Hello", EFFECT, vault)


def test_unchanged_note_amends_nothing(vault: Vault) -> None:
    assert mailing.amend(PARAMS, mailing.describe(PARAMS, "A reply", "gmail").properties, vault, NoAccounts()) == PARAMS


def test_attachment_that_the_person_adds_is_pinned_by_its_hash(vault: Vault) -> None:
    said = {**mailing.describe(PARAMS, "A reply", "gmail").properties, "attachments": ("[[Documents/offer.pdf]]",)}
    assert mailing.amend(PARAMS, said, vault, NoAccounts()).attachments == (attached(),)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("to", ("anna at example",), "“to”"),
        ("cc", ("a@b.c\nBcc: x@y.z",), "“cc”"),
        ("to", (), "“to” is empty"),
        ("attachments", ("[[../../etc/passwd]]",), "cannot be attached"),
        ("attachments", ("[[Documents/none.pdf]]",), "cannot be attached"),
    ],
)
def test_impossible_edit_is_explained(vault: Vault, name: str, value: tuple[str, ...], sentence: str) -> None:
    said = {**mailing.describe(PARAMS, "A reply", "gmail").properties, name: value}
    with pytest.raises(UserError, match=sentence):
        mailing.amend(PARAMS, said, vault, NoAccounts())


@pytest.mark.parametrize(
    ("name", "value"),
    [("subject", "Re:\tHours"), ("subject", "Hours\u2028Bcc: eve@evil.example"), ("from_account", "nobody")],
)
def test_what_could_not_be_sent_is_said_before_the_yes(vault: Vault, name: str, value: str) -> None:
    said = {**mailing.describe(PARAMS, "A reply", "gmail").properties, name: value}
    with pytest.raises(UserError, match=f"“{name}”"):
        mailing.amend(PARAMS, said, vault, NoAccounts())


def test_draft_to_an_impossible_address_cannot_be_approved(vault: Vault) -> None:
    params = PARAMS.model_copy(update={"to": ("\u0430nna@example.com",)})
    with pytest.raises(UserError, match="is not a mail address"):
        mailing.amend(params, mailing.describe(params, "A reply", "gmail").properties, vault, NoAccounts())


def test_header_injection_is_refused(vault: Vault) -> None:
    with pytest.raises(Permanent):
        mailing.message(PARAMS.model_copy(update={"subject": "Hi\r\nBcc: eve@example.com"}), "Hello", EFFECT, vault)
