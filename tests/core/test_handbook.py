from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import handbook

WRITTEN = """---
aliases: [rules]
---
# Company handbook

## About
Birchwood Workshop

Wooden furniture.

## Facts
A line that only explains.

- Example: returns: never used
- **Opening hours**, open, Öffnungszeiten: Monday to Friday,
  8:00 to 17:00.
- shipping, Versand*: We deliver to Austria.
- hours: Only this.
- no colon here

### Payment
- pay by card: Yes, at the door.

## Contacts
- Maria Lopez <Maria@Example.com> — designer
- @partner.example - the firm next door
- [Jonas](mailto:x) jonas@wood.example
- nobody at all

## Routing
- urgent: burst pipe, "outage", @vip.example
- urgnet: nothing
- ignore: @casino.example, news@x.example
- low:

## Signature
Best regards,

Anna

## Never
- "for free"
<!-- - a secret -->

## Me
- anna@birchwood.example

## Notes of mine
- anything: goes
"""


def test_the_first_line_of_about_is_the_company() -> None:
    book = handbook.parse(WRITTEN)
    assert (book.company, book.about) == ("Birchwood Workshop", "Wooden furniture.")


def test_facts_hold_over_lines_and_deeper_headings() -> None:
    facts = {fact.topics: fact.answer for fact in handbook.parse(WRITTEN).facts}
    assert facts == {
        ("Opening hours", "open", "Öffnungszeiten"): "Monday to Friday, 8:00 to 17:00.",
        ("shipping", "Versand*"): "We deliver to Austria.",
        ("hours",): "Only this.",
        ("pay by card",): "Yes, at the door.",
    }


def test_a_longer_topic_goes_before_a_shorter_one_inside_it() -> None:
    answers = handbook.parse(WRITTEN).answers("What are your opening hours?")
    assert [fact.answer for fact in answers] == ["Monday to Friday, 8:00 to 17:00."]


def test_a_question_about_two_things_gets_both() -> None:
    answers = handbook.parse(WRITTEN).answers("When do you open, and do you ship abroad?")
    assert len(answers) == 2


def test_a_star_means_any_ending() -> None:
    answers = handbook.parse(WRITTEN).answers("Wie hoch sind die Versandkosten?")
    assert [fact.answer for fact in answers] == ["We deliver to Austria."]


def test_a_topic_inside_another_word_does_not_count() -> None:
    assert handbook.parse("## Facts\n- art: We sell art.").answers("When does it start?") == ()


def test_a_contact_is_known_by_address_in_any_case_and_never_by_name() -> None:
    book = handbook.parse(WRITTEN)
    assert book.knows("maria@example.COM")
    assert not book.knows("Maria Lopez")
    assert not book.knows("maria@example.com.evil.example")


def test_a_domain_means_everyone_there_but_no_subdomain() -> None:
    book = handbook.parse(WRITTEN)
    assert book.knows("anyone@partner.example")
    assert not book.knows("anyone@mail.partner.example")
    assert not book.knows("anyone@notpartner.example")


def test_a_name_finds_its_one_mailbox() -> None:
    book = handbook.parse(WRITTEN)
    assert (found := book.named("maria"))
    assert found.email == "maria@example.com"
    assert book.named("the") is None
    assert book.named("") is None


def test_two_contacts_of_one_name_are_not_guessed_between() -> None:
    book = handbook.parse("## Contacts\n- Kim <kim@a.example>\n- Kim <kim@b.example>")
    assert book.named("Kim") is None


def test_rules_tell_senders_from_words() -> None:
    rule = handbook.parse(WRITTEN).rule("urgent")
    assert rule.sender("boss@vip.example") == "@vip.example"
    assert rule.words("A Burst  Pipe in the cellar") == "burst pipe"
    assert rule.words("write to x@vip.example") == ""
    assert handbook.parse(WRITTEN).rule("low").terms == ()


def test_what_makes_no_sense_is_named_with_its_line_and_the_rest_counts() -> None:
    problems = handbook.parse(WRITTEN).problems
    assert problems == (
        "Line 19: a fact is written “topic words: the answer”.",
        "Line 28: a contact is written “Name <address> — note” or “@domain — note”.",
        "Line 32: no routing rule is called “urgnet”; did you mean “urgent”?",
    )


def test_the_signature_keeps_its_lines() -> None:
    assert handbook.parse(WRITTEN).signature == "Best regards,\n\nAnna"


def test_forbidden_phrases_are_found_whatever_their_case_and_comments_are_not_rules() -> None:
    book = handbook.parse(WRITTEN)
    assert book.forbidden("You get it For Free!") == ("for free",)
    assert book.never == ("for free",)


def test_own_addresses() -> None:
    assert handbook.parse(WRITTEN).is_me("Anna@birchwood.example")


def test_an_untouched_template_says_nothing() -> None:
    untouched = "## About\nExample: My company\n## Facts\n- Example: price: 5\n## Signature\nExample: Regards\n"
    assert handbook.parse(untouched) == handbook.Handbook()


def test_the_shipped_template_says_nothing_until_it_is_edited() -> None:
    template = Path(__file__).parents[2] / "vault" / "Company_Handbook.md"
    assert handbook.parse(template.read_text(encoding="utf-8")) == handbook.Handbook()


def test_a_fence_holds_no_rules() -> None:
    assert handbook.parse("## Me\n```\n## Never\n- me@x.example\n```\n") == handbook.Handbook()


@given(st.text(alphabet=st.sampled_from("#- :,<>@*`\n%!ab.é\u2028\x00"), max_size=200) | st.text())
def test_reading_never_fails(text: str) -> None:
    handbook.parse(f"{text}\n## Facts\n{text}\n## Contacts\n{text}\n## Routing\n{text}")


def test_own_signature_above_the_example_is_all_of_it() -> None:
    book = handbook.parse("## Signature\n\nBest\nIda\n\nExample: Kind regards\n\nMaria Lindgren\n")
    assert book.signature == "Best\nIda"


@pytest.mark.parametrize(
    ("heading", "near"),
    [("Nevver", "Never"), ("Contact", "Contacts"), ("Signatur", "Signature"), ("About us", "About"), ("FACT", "Facts"),
     ("Opening hours", ""), ("Team", "")],
)  # fmt: skip
def test_a_heading_that_nobody_knows_is_told_with_the_one_that_was_meant(heading: str, near: str) -> None:
    (unread,) = handbook.unread(f"# Our book\n\n## About\n\nWe.\n\n## {heading} ##\n- cheap\n")
    assert (unread.line, unread.heading, unread.near) == (7, heading, near)


def test_headings_that_count_titles_and_what_is_hidden_are_no_unread_ones() -> None:
    text = "# My firm\n## NEVER\n### Groups\n```\n## Nevver\n```\n<!--\n## Fcats\n-->\n%% ## Factts %%\n"
    assert handbook.unread(text) == ()
    assert [each.near for each in handbook.unread("# Nevver\n")] == ["Never"]
