"""Mails as Gmail, Outlook, phones, lists, machines and attackers write them; see corpus/mail/README.md."""

import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import mail
from daemon.core.errors import Permanent

FOLDER = Path(__file__).parent.parent / "corpus" / "mail"
EXPECTED = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
MAILS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.eml"))}

each_mail = pytest.mark.parametrize("name", sorted(EXPECTED))


def read_within_two_seconds(data: bytes) -> mail.Mail | Permanent:
    begun = time.process_time()
    try:
        return mail.read(data)
    except Permanent as refused:
        return refused
    finally:
        assert time.process_time() - begun < 2


def test_every_mail_has_an_expectation() -> None:
    assert sorted(EXPECTED) == sorted(MAILS)


@each_mail
def test_headers_are_read_as_a_person_reads_them(name: str) -> None:
    found, expected = mail.read(MAILS[name]), EXPECTED[name]
    sender = found.sender.email if found.sender else ""
    assert (sender, found.subject) == (expected["sender"], expected["subject"])


@each_mail
def test_machines_are_told_from_people(name: str) -> None:
    found = mail.read(MAILS[name])
    assert bool(found.automated) == EXPECTED[name]["automated"], found.automated


@each_mail
def test_nothing_attached_is_lost(name: str) -> None:
    found = mail.read(MAILS[name])
    assert len(found.attachments) == EXPECTED[name]["files"], [part.name for part in found.attachments]


@each_mail
def test_the_newest_words_are_found(name: str) -> None:
    newest, expected = mail.newest(mail.read(MAILS[name]).text), EXPECTED[name]
    assert expected["says"] in newest
    assert expected["not_says"] not in newest


@each_mail
def test_the_person_is_warned(name: str) -> None:
    assert EXPECTED[name].get("warns", "") in " ".join(mail.read(MAILS[name]).warnings)


@each_mail
def test_an_answer_to_it_can_be_built(name: str) -> None:
    found = mail.read(MAILS[name])
    to, _ = mail.reply_recipients(found, {"hello@bright-print.example"})
    known = to or (mail.address("somebody@example.com"),)
    answer = mail.Outgoing(
        to=known,
        subject=mail.reply_subject(found.subject),
        text=f"Hello\n\n{found.text}",
        message_id="<answer@example.com>",
        key="tabc-1",
        date=datetime(2026, 6, 1, 8, tzinfo=UTC),
        in_reply_to=found.message_id,
        references=mail.reply_references(found),
        attachments=found.attachments,
    )
    assert mail.read(mail.build(answer)).references == mail.reply_references(found)


@given(st.sampled_from(sorted(MAILS)), st.data())
def test_a_cut_mail_is_read_or_refused(name: str, data: st.DataObject) -> None:
    whole = MAILS[name]
    assert read_within_two_seconds(whole[: data.draw(st.integers(0, len(whole)))])


@given(st.sampled_from(sorted(MAILS)), st.data())
def test_a_mail_with_changed_bytes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    whole = MAILS[name]
    places = data.draw(st.dictionaries(st.integers(0, len(whole) - 1), st.integers(0, 255), min_size=1, max_size=20))
    assert read_within_two_seconds(bytes(places.get(place, byte) for place, byte in enumerate(whole)))


@given(st.lists(st.sampled_from(sorted(MAILS)), min_size=2, max_size=2), st.data())
def test_two_mails_spliced_together_are_read_or_refused(names: list[str], data: st.DataObject) -> None:
    first, second = (MAILS[name] for name in names)
    cut = data.draw(st.integers(0, len(first)))
    assert read_within_two_seconds(first[:cut] + second[data.draw(st.integers(0, len(second))) :])


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert read_within_two_seconds(data)


@each_mail
def test_a_mail_is_read_the_same_each_time(name: str) -> None:
    assert mail.source_key(mail.read(MAILS[name])) == mail.source_key(mail.read(MAILS[name]))
