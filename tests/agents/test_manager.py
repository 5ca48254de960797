from datetime import UTC, date, datetime

import pytest

from agents import manager
from daemon.core.draft import Closed
from daemon.core.mail import Address
from daemon.core.ports import Route
from daemon.core.task import Task
from tests.agents.factories import Desk, email, note

CONFIG = manager.Config(urgent=("asap", "outage"), high=("deadline",), low=("fyi",), let_through=("@shop.example",))


def route(task: Task) -> Route:
    decided = manager.Agent(CONFIG).route(task, Desk())
    assert isinstance(decided, Route)
    return decided


def closed(task: Task) -> str:
    decided = manager.Agent(CONFIG).route(task, Desk())
    assert isinstance(decided, Closed)
    return decided.reason


def test_a_persons_mail_goes_to_the_mail_agent() -> None:
    assert route(email()) == Route("mail", "normal", None, "A person's mail is answered by the mail agent.")


@pytest.mark.parametrize("kind", ["note", "file"])
def test_notes_and_files_go_to_the_assistant(kind: str) -> None:
    task = note("anything", kind=kind)  # pyright: ignore[reportArgumentType]
    assert route(task).agent == "assistant"


def test_an_ignored_sender_is_closed_by_name() -> None:
    task = email(sender=Address("Win", "bonus@casino.example"))
    assert closed(task) == "Your handbook says to ignore mail from @casino.example."


def test_ignored_words_count_in_the_subject_only() -> None:
    assert "guest post" in closed(email(subject="A guest post for you"))
    assert route(email("I read your guest post and want a table.")).agent == "mail"


def test_a_note_of_the_person_is_never_ignored() -> None:
    assert route(note("idea", title="guest post")).agent == "assistant"


def test_automated_mail_is_closed_and_says_how_it_was_seen() -> None:
    assert closed(email(automated="List-Id header")) == (
        "An automated message (List-Id header); such mail is never answered."
    )


@pytest.mark.parametrize("sender", ["invoices@brandt-holz.example", "robot@shop.example"])
def test_automated_mail_that_a_rule_lets_through_is_filed_not_answered(sender: str) -> None:
    task = email(automated="Auto-Submitted header", sender=Address("", sender))
    assert route(task).agent == "assistant"


def test_a_word_rule_lets_no_automated_mail_through_to_an_answer() -> None:
    assert closed(email("your quotation", automated="List-Id header"))


def test_mail_without_one_sender_is_kept_and_not_answered() -> None:
    decided = route(email(sender=None))
    assert (decided.agent, "No single sender" in decided.reason) == ("assistant", True)


def test_the_persons_own_mail_is_not_answered() -> None:
    assert route(email(sender=Address("Anna", "anna@birchwood.example"))).agent == "assistant"


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("We need this ASAP.", "urgent"),
        ("There is a burst pipe!", "urgent"),
        ("The deadline is near.", "high"),
        ("My table is broken.", "high"),
        ("fyi, and asap", "urgent"),
        ("A sponsorship for you", "low"),
        ("The asaparagus deadliness", "normal"),
        ("Fine.\n\nOn Mon, 2 Nov 2026 at 10:00, Anna <anna@birchwood.example> wrote:\n> answer asap", "normal"),
    ],
)
def test_words_change_the_priority_outside_quotes(text: str, priority: str) -> None:
    assert route(email(text)).priority == priority


def test_a_sender_can_be_urgent() -> None:
    task = email(sender=Address("", "maria.lopez@lopezinteriors.example"))
    assert "your handbook names “@lopezinteriors.example”" in route(task).reason


def test_the_priority_that_the_person_set_wins() -> None:
    assert route(note("asap", priority="low")).priority == "low"


def test_a_deadline_becomes_the_due_date_and_is_quoted() -> None:
    decided = route(note("Send the offer by Friday"))
    assert decided.due == date(2026, 11, 27)
    assert decided.reason.endswith("; due 2026-11-27 (“Friday”).")


def test_friday_in_an_older_mail_is_the_friday_after_it_was_sent() -> None:
    sent = datetime(2026, 11, 10, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due is None
    assert route(email("Please answer by 1 December.", date=sent)).due == date(2026, 12, 1)


def test_a_mail_from_the_future_changes_no_calendar() -> None:
    sent = datetime(2036, 11, 10, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due == date(2026, 11, 27)


def test_a_mail_from_the_year_one_is_taken_as_of_today() -> None:
    sent = datetime(1, 1, 1, tzinfo=UTC)
    assert route(email("Please answer by Friday.", date=sent)).due == date(2026, 11, 27)


def test_the_due_date_that_the_person_set_wins() -> None:
    assert route(note("by Friday", due=date(2027, 1, 1))).due == date(2027, 1, 1)
