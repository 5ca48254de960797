"""What happened in a Gmail mailbox since a cursor, however Gmail tells it."""

from __future__ import annotations

from daemon.adapters.gmail.answers import Record, read
from daemon.adapters.gmail.past import Past


def message(name: str, *labels: str) -> dict[str, object]:
    return {"id": name, "threadId": f"thread-{name}", "labelIds": list(labels)}


def bare(name: str) -> dict[str, object]:
    """As Gmail documents it: labels may be missing."""
    return {"id": name, "threadId": f"thread-{name}"}


def record(kind: str, told: dict[str, object], *labels: str) -> Record:
    return read(Record, {"id": "1", kind: [{"message": told, "labelIds": list(labels)}]})


def past(*records: Record) -> Past:
    made = Past("1", "1")
    for each in records:
        made.take(each)
    return made


def told(*records: Record) -> list[str]:
    return [met.id for met in past(*records).candidates()]


def test_what_came_is_told_in_its_order() -> None:
    assert told(record("messagesAdded", message("b", "INBOX")), record("messagesAdded", message("a", "SENT"))) == [
        "b",
        "a",
    ]


def test_records_that_are_read_twice_change_nothing() -> None:
    came, labelled = record("messagesAdded", message("a", "INBOX")), record("labelsAdded", bare("a"), "Label_1")
    assert past(came, labelled) == past(came, labelled, came, labelled)


def test_labels_that_are_not_told_have_to_be_asked_for() -> None:
    (met,) = past(record("messagesAdded", bare("a"))).candidates()
    assert (met.labels, met.came) == (None, True)


def test_what_was_archived_since_is_left_out() -> None:
    came = record("messagesAdded", message("a", "INBOX", "UNREAD"))
    assert told(came, record("labelsRemoved", message("a", "UNREAD"), "INBOX")) == []
    assert told(came, record("labelsRemoved", bare("a"), "INBOX")) == []


def test_what_was_archived_and_brought_back_is_told() -> None:
    came = record("messagesAdded", message("a", "INBOX"))
    there_and_back = (record("labelsRemoved", bare("a"), "INBOX"), record("labelsAdded", bare("a"), "INBOX"))
    assert told(came, *there_and_back) == ["a"]


def test_a_label_of_ours_is_no_news_of_an_old_message() -> None:
    assert told(record("labelsAdded", message("a", "INBOX", "Label_1"), "Label_1")) == []


def test_what_is_moved_into_the_inbox_did_not_just_come() -> None:
    (met,) = past(record("labelsAdded", message("a", "INBOX"), "INBOX")).candidates()
    assert not met.came


def test_a_draft_that_is_sent_is_told() -> None:
    came = record("messagesAdded", message("a", "DRAFT"))
    sent = record("labelsAdded", message("a", "SENT"), "SENT")
    assert (told(came), told(came, sent)) == ([], ["a"])
