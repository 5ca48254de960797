"""Which mail gets which label of the person's own."""

from __future__ import annotations

import pytest

from daemon.core import handbook, mail
from daemon.core.mailboxes import filing
from daemon.core.mailboxes.filing import Filed

MINE = frozenset({"me@company.example"})
RULES = """## Filing

- Newsletters: newsletters, news@shop.example, @deals.example -> move
- Lists: mailing lists
- Machines: automated
- Receipts: receipt, "your order", invoice in the subject
"""


def filed(text: str, *, rules: str = RULES) -> Filed:
    return filing.filed(mail.read(text.replace("\n", "\r\n").encode()), handbook.parse(rules).filing, MINE)


def message(
    sender: str = "anna@example.com", subject: str = "Hello", to: str = "me@company.example", more: str = ""
) -> str:
    return f"From: {sender}\nTo: {to}\nSubject: {subject}\n{more}\nText\n"


def test_the_examples_make_no_problems() -> None:
    book = handbook.parse(RULES)
    assert book.problems == ()
    assert [(rule.label, rule.move) for rule in book.filing] == [
        ("Newsletters", True), ("Lists", False), ("Machines", False), ("Receipts", False),
    ]  # fmt: skip


def test_an_ordinary_mail_gets_no_label() -> None:
    assert filed(message()) == Filed()


@pytest.mark.parametrize("sender", ["news@shop.example", "News@Shop.Example", "anyone@deals.example"])
def test_a_sender_is_known_by_address_or_domain(sender: str) -> None:
    assert filed(message(sender)) == Filed(("Newsletters",), move=True)


@pytest.mark.parametrize("sender", ["x@notdeals.example", "x@deals.example.evil.example", "news@shop.example.org"])
def test_a_sender_who_only_looks_like_it_is_not(sender: str) -> None:
    assert filed(message(sender)) == Filed()


@pytest.mark.parametrize("subject", ["Your receipt", "RECEIPT no. 7", "About your  order", "=?utf-8?q?Invoice?= 12"])
def test_words_count_in_the_subject(subject: str) -> None:
    assert filed(message(subject=subject)).labels == ("Receipts",)


def test_words_do_not_count_in_the_text_or_inside_other_words() -> None:
    assert filed("From: a@example.com\nSubject: Receipts\n\nreceipt\n") == Filed()


def test_a_newsletter_writes_to_nobody_else_and_a_list_does() -> None:
    unsubscribe, listed = "List-Unsubscribe: <mailto:x@example.com>\n", "List-Id: <a.example.com>\n"
    assert filed(message(more=unsubscribe)).labels == ("Newsletters", "Machines")
    assert filed(message(more=unsubscribe + listed)).labels == ("Newsletters", "Machines")
    assert filed(message(to="talk@lists.example", more=listed)).labels == ("Lists", "Machines")
    assert filed(message(more="Auto-Submitted: auto-generated\n")).labels == ("Machines",)


def test_a_mail_may_get_several_labels_and_one_rule_is_enough_to_move_it() -> None:
    assert filed(message("news@shop.example", "Your receipt")) == Filed(("Newsletters", "Receipts"), move=True)


def test_a_name_in_quotation_marks_is_words() -> None:
    rules = '## Filing\n- A: "newsletters"\n- B: "write to @shop, please"\n'
    assert filed(message(subject="Our newsletters, spring"), rules=rules).labels == ("A",)
    assert filed(message(subject="Write to @shop, please"), rules=rules).labels == ("B",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Newsletters", "a rule is written"),
        ("Newsletters:", "a rule is written"),
        (": news@shop.example", "a rule is written"),
        ("Newsletters: -> move", "a rule is written"),
        ("Newsletters: a@example.com -> delete", "stands the word “move”, not “delete”"),
        ("AI/Done: a@example.com", "“AI/Done” cannot be a label; choose a name of your own"),
        ("ai done: a@example.com", "choose a name of your own"),
        ("Inbox: a@example.com", "choose a name of your own"),
        ("Shop/: a@example.com", "choose a name of your own"),
        ("Spam: a@example.com", "choose a name of your own"),
        ("x" * 101 + ": a@example.com", "more than 100 characters"),
        ("50%: a@example.com", "leave out signs"),
    ],
)
def test_a_line_that_makes_no_sense_is_named_with_its_number(line: str, said: str) -> None:
    book = handbook.parse(f"## Filing\n\n- {line}\n- Good: a@example.com\n")
    assert len(book.problems) == 1
    assert book.problems[0].startswith("Line 3: ")
    assert said in book.problems[0]
    assert [rule.label for rule in book.filing] == ["Good"]


def test_a_hostile_line_takes_no_time() -> None:
    line = '"' * 50_000 + " " * 50_000 + " ->" * 50_000 + ' "' * 50_000
    assert handbook.parse(f"## Filing\n- A: {line}\n").filing == ()


def test_nobody_but_the_person_is_shown_the_rules() -> None:
    assert "news@shop.example" in handbook.private(RULES)["Filing"]
    assert "shop" not in handbook.tellable(RULES)
