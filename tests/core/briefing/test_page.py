"""The note of the morning: what matters first, short, and harmless."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given

from daemon.core import frontmatter
from daemon.core.briefing import page
from daemon.core.briefing.night import Closed, Finished, Night, Stuck
from tests.core.briefing.factories import DAY, SEVEN, draft, empty, ordinary, terrible
from tests.core.briefing.test_spoken import nights


def body(night: Night) -> str:
    return frontmatter.read(page.render(night, "Good morning.")).body.strip()


def section(night: Night, heading: str) -> list[str]:
    after = body(night).partition(f"\n## {heading}")[2]
    return after.partition("\n## ")[0].strip().splitlines()[2:]


def test_an_empty_night_is_a_short_note() -> None:
    assert body(empty()) == (
        "# Saturday, 21 November\n\n"
        "Since yesterday, 07:00: nothing came in, and nothing waits for you.\n\n"
        "## Spoken\n\n"
        "Good morning."
    )


def test_properties() -> None:
    said = frontmatter.read(page.render(empty(), "")).properties
    assert (said["type"], said["tags"]) == ("briefing", ("ai-employee/briefing",))
    assert str(said["created"]) == "2026-11-21 07:00:00"


def test_an_ordinary_night_begins_with_the_three_things_that_matter() -> None:
    opening, first = body(ordinary()).split("\n\n")[1:3]
    assert opening == (
        "Since yesterday, 07:00: 5 came in, 2 were carried out (1 of them ready for you to send), "
        "2 needed no answer, 2 wait for you."
    )
    assert first == (
        "> [!important] First\n"
        "> 1. **Due Mon 23 Nov, high risk**: [[PAYMENT_paper-mill_tbbbbbbbbbb|Pay the paper mill]]\n"
        "> 2. **Send it**: [[EMAIL_REPLY_offer_tcccccccccc|Reply to Bob: Offer]]\n"
        "> 3. **Medium risk**: [[EMAIL_REPLY_opening-hours_taaaaaaaaaa|Reply to Anna Example: Opening hours]]"
    )


def test_waiting_drafts_say_risk_amount_due_date_and_age() -> None:
    bill, reply = section(ordinary(), "Waiting for you")
    assert bill == (
        "- [[PAYMENT_paper-mill_tbbbbbbbbbb|Pay the paper mill]] "
        "(**due Mon 23 Nov**, high risk, 1,190.00 EUR, waits 2 days)"
    )
    assert reply == (
        "- [[EMAIL_REPLY_opening-hours_taaaaaaaaaa|Reply to Anna Example: Opening hours]] (medium risk, waits 3 hours)"
    )


def test_what_waits_stands_in_the_order_of_status_urgent_then_due_then_the_oldest() -> None:
    night = empty(
        drafts=[
            draft("new and risky", risk="high"),
            draft("old and risky", risk="high", since=SEVEN - 3 * DAY),
            draft("harmless", risk="low", since=SEVEN - 9 * DAY),
            draft("due in December", risk="high", due=date(2026, 12, 6)),
            draft("due in November", risk="low", due=date(2026, 11, 30)),
            draft("due today", risk="low", due=date(2026, 11, 21)),
            draft("urgent", risk="low", priority="urgent"),
        ]
    )
    found = [line.partition("|")[2].partition("]")[0] for line in section(night, "Waiting for you")[:7]]
    assert found == [
        "urgent", "due today", "due in November", "due in December", "harmless", "old and risky", "new and risky",
    ]  # fmt: skip


def test_overdue_and_expiring_drafts_are_named_first() -> None:
    night = empty(
        drafts=[
            draft("calm", risk="high"),
            draft("dying", risk="low", expires=SEVEN + timedelta(hours=5)),
            draft("overdue", risk="low", due=date(2026, 11, 19)),
            draft("urgent", risk="low", priority="urgent"),
        ]
    )
    assert leads(night) == ["Urgent, low risk", "Overdue since Thu 19 Nov", "Expires soon, low risk"]


def leads(night: Night) -> list[str]:
    """What the three things to do first begin with."""
    first = body(night).partition("First\n")[2].partition("\n\n")[0].splitlines()
    return [line.split("**")[1] for line in first]


def test_what_lies_ready_never_stands_above_a_customer_whose_answer_is_due() -> None:
    ready = [Finished(f"Post {n}", f"SOCIAL_POST_x_t{n}", "saved", f"Outbox/{n}.txt") for n in range(4)]
    angry = draft("Reply to an angry customer", risk="high", due=date(2026, 11, 25))
    night = empty(finished=ready, drafts=[draft("calm"), angry], failed=[Stuck("Scan", "FILE_scan_t1", "damaged")])
    assert leads(night) == ["Due Wed 25 Nov, high risk", "Put right", "Send it"]
    assert "[[SOCIAL_POST_x_t0|Post 0]] and 3 more that lie ready" in body(night)


def test_same_numbers_and_words_in_opening_lists_and_figures() -> None:
    said = body(ordinary(closed=[Closed("A newsletter", ["a", "b"]), Closed("it came before", ["c"], again=True)]))
    assert "2 were carried out (1 of them ready for you to send), 2 needed no answer" in said
    assert "## Carried out, ready for you to send (1)" in said
    assert "## Carried out, nothing left to do (1)" in said
    assert "## Closed without an answer (2)" in said
    assert "## Dropped once more\n\n- c: it came before" in said
    assert "5 came in, 3 drafted, 2 approved, 2 carried out, 2 closed without an answer." in said


def test_what_failed_says_why_and_what_to_do() -> None:
    night = empty(failed=[Stuck("Scan", "FILE_scan_t1", "the file is damaged")])
    assert section(night, "Failed") == [
        "- [[FILE_scan_t1|Scan]]: the file is damaged",
        "",
        "To try again, put right what is said there and move the note to Needs_Action/.",
    ]


def test_closed_mail_is_named_so_that_a_mistake_is_seen() -> None:
    assert section(ordinary(), "Closed without an answer") == [
        "- 20 off, Shop news: A newsletter; such mail is never answered.",
    ]
    many = Closed("spam", ["a", "b", "c", "d", "e"])
    assert section(empty(closed=[many]), "Closed without an answer")[0] == "- a, b, c and 2 more: spam"


def test_filed_mail_is_counted_by_label_and_linked() -> None:
    news = Closed("A newsletter.", [f"News {n}" for n in range(5)], links=[f"EMAIL_t{n}" for n in range(5)],
                  label="Shops [x]")  # fmt: skip
    other = Closed("A bounce.", ["Failure"], links=["EMAIL_failure_t9"])
    night = empty(closed=[news, other, Closed("nothing to do", ["Scan"])])
    assert section(night, "Filed without an answer") == [
        "- **5 in Shops x**: A newsletter. [[EMAIL_t0|News 0]], [[EMAIL_t1|News 1]], [[EMAIL_t2|News 2]] and 2 more",
        "- **1**: A bounce. [[EMAIL_failure_t9|Failure]]",
        "",
        "Does one of them need an answer? Write it in your mail program, or drop a note about it into Inbox/.",
    ]
    assert "## Filed without an answer (6)" in body(night)
    assert "## Closed without an answer (1)" in body(night)
    assert "7 needed no answer" in body(ordinary(closed=night.closed))


def test_late_missed_and_paused_are_said() -> None:
    night = empty(
        made=SEVEN + timedelta(hours=2), planned=SEVEN, missed=[SEVEN - DAY, SEVEN - 2 * DAY], paused="holiday"
    )
    said = body(night)
    assert "This briefing is late: it was planned for today, 07:00" in said
    assert "> [!danger] Everything is paused: holiday" in said
    assert "- The briefing of Friday, 20 November, 07:00, was not made." in said


def test_a_terrible_night_stays_readable_on_a_phone() -> None:
    said = body(terrible())
    assert "- … and 190 more in Pending_Approval/" in said
    assert len(said.splitlines()) < 120


def test_path_that_would_break_a_link_is_plain_text() -> None:
    night = empty(finished=[Finished("Keep", "DOCUMENT_x_t1", "saved", "Documents/a]] ![[x\n.md")])
    assert "[[x" not in section(night, "Carried out, nothing left to do")[0].replace("\\[", "(")


@given(nights)
def test_nothing_from_outside_acts_in_the_note(night: Night) -> None:
    note = frontmatter.read(page.render(night, "Good morning."))
    links = [part.partition("]]")[0] for part in note.body.split("[[")[1:]]
    assert all(link.count("|") <= 1 and "\n" not in link for link in links)
    assert "<script" not in note.body.replace("\\<", "")
    assert [line for line in note.body.splitlines() if line.startswith("## Spoken")] == ["## Spoken"]
