"""Our own Gmail behaves as Google says that theirs does: https://developers.google.com/workspace/gmail/api/guides."""

import pytest

from tests.gmailbox import ADDRESS, Box, Refusal


def letter(subject: str, number: int, *, answers: int = 0, to: str = "anna@example.com", head: str = "") -> bytes:
    references = f"References: <{answers}@x>\r\n" if answers else ""
    start = f"From: {ADDRESS}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@x>\r\n"
    return f"{start}{references}{head}\r\nHello\r\n".encode()


QUESTION = letter("Opening hours", 1)


def test_an_answer_under_the_same_subject_joins_its_thread() -> None:
    box = Box()
    question = box.deliver(QUESTION)
    box.deliver(letter("Re: Opening hours", 2, answers=1))
    assert len(box.in_thread(question)) == 2


def test_another_subject_begins_a_thread_even_when_the_thread_is_named() -> None:
    box = Box()
    question = box.deliver(QUESTION)
    sent = box.send(letter("An offer", 2, answers=1), question)
    assert sent.thread == sent.id


def test_a_thread_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refusal, match="not found"):
        Box().create_draft(QUESTION, "18f0")


def test_a_draft_is_sent_once_and_gets_a_new_id() -> None:
    box = Box()
    draft = box.create_draft(QUESTION, None)
    before = box.draft(draft).id
    sent = box.send_draft(draft)
    assert sent.id != before
    assert sent.labels == {"SENT"}
    with pytest.raises(Refusal, match="not found"):
        box.send_draft(draft)
    assert len(box.accepted) == 1


def test_a_changed_draft_keeps_its_id_and_gets_another_message() -> None:
    box = Box()
    draft = box.create_draft(QUESTION, None)
    before = box.draft(draft).id
    box.edit_draft(draft, letter("Opening hours", 3))
    assert box.draft(draft).id != before


def test_hidden_recipients_are_kept_in_sent_only() -> None:
    box = Box()
    sent = box.send(letter("Hello", 1, head="Bcc: dora@example.com,\r\n carl@example.com\r\n"), None)
    assert box.accepted[0].recipients == ("anna@example.com", "dora@example.com", "carl@example.com")
    assert b"example.com" not in box.accepted[0].raw.partition(b"Message-ID")[2]
    assert b"Bcc: dora" in sent.raw


def test_a_mail_to_oneself_is_in_the_inbox_too() -> None:
    assert Box().send(letter("Hello", 1, to=ADDRESS), None).labels == {"SENT", "INBOX", "UNREAD"}


def test_nobody_sends_in_a_strangers_name() -> None:
    box = Box()
    box.send(letter("Hello", 1).replace(ADDRESS.encode(), b"boss@bank.example"), None)
    assert box.accepted[0].sender == ADDRESS


def test_a_message_id_may_be_rewritten_and_the_key_is_not() -> None:
    box = Box(rewrites_ids=True)
    sent = box.send(letter("Hello", 1, head="X-AI-Employee-Key: k\r\n"), None)
    assert sent.message_id.endswith("@mail.gmail.com>")
    assert b"X-AI-Employee-Key: k" in sent.raw


def test_the_index_lags_behind() -> None:
    box = Box(search_lag=2)
    box.deliver(QUESTION)
    assert box.found("rfc822msgid:1@x") == []
    box.calls += 2
    assert len(box.found("rfc822msgid:<1@x>")) == 1


def test_history_tells_each_change_once_and_forgets() -> None:
    box = Box()
    start = box.history_id
    message = box.deliver(QUESTION)
    box.label(message, "AI/Seen")
    box.label(message, "AI/Seen")
    assert [each.kind for each in box.since(start, [], "")] == ["messagesAdded", "labelsAdded"]
    assert [each.kind for each in box.since(start, ["labelAdded"], "")] == ["labelsAdded"]
    box.forget_history()
    assert list(box.since(box.history_id, [], "")) == []
    with pytest.raises(Refusal, match="not found"):
        list(box.since(start, [], ""))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("in:inbox is:unread", 1),
        ("is:read", 0),
        ("-in:inbox", 0),
        ("in:sent", 0),
        ('label:"AI/Draft ready"', 1),
        ("label:ai-draft-ready", 1),
        ("newer_than:3d", 1),
        ("older_than:3d", 0),
        ("after:2000/01/01", 1),
        ("before:2000/01/01", 0),
        ("subject:opening", 1),
        ("from:nobody", 0),
        ("hello", 1),
    ],
)
def test_what_is_searched_is_found(query: str, found: int) -> None:
    box = Box()
    box.deliver(QUESTION, ("INBOX", "UNREAD", "AI/Draft ready"))
    assert len(box.found(query)) == found


def test_trash_and_spam_are_hidden_unless_asked_for() -> None:
    box = Box()
    box.deliver(QUESTION, ("SPAM",))
    assert (len(box.found("")), len(box.found("", hidden=True)), len(box.found("in:spam"))) == (0, 1, 1)


@pytest.mark.parametrize("to", ["not an address", "a@b@c"])
def test_an_address_that_is_none_is_refused(to: str) -> None:
    box = Box()
    draft = box.create_draft(letter("Hello", 1, to=to), None)
    with pytest.raises(Refusal, match=r"Invalid To header|Recipient address required"):
        box.send_draft(draft)
    assert box.draft(draft)
