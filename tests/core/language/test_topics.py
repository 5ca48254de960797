import pytest

from daemon.core.language import topics

SHIPPED = """
[words]
paper = ["invoice", "credit note"]
accounting = ["@paper", "payment"]

[[topic]]
name = "wanted"
agent = "accounting"
say = "it asks for an invoice"
of = ["mail"]
groups = [["send", "need"], ["@paper"]]
unless = ["attached"]
never = ["newsletter"]

[[topic]]
name = "agreed"
agent = "voice"
say = "it fixes an appointment"
of = ["mail"]
span = 2
told = true
groups = [["agreed"], ["#day"], ["#time"]]

[[topic]]
name = "bill"
agent = "accounting"
say = "it brings a bill"
of = ["file"]
late = true
least = 2
groups = [["total"], ["tax"], ["iban"]]
"""
TOPICS = topics.parse(SHIPPED)


def names(text: str, kind: str = "mail") -> list[str]:
    return [hit.topic.name for hit in topics.found(TOPICS, text, (kind,))]


def test_one_sentence_names_one_of_each_group() -> None:
    assert names("Please send the credit note.") == ["wanted"]


@pytest.mark.parametrize(
    "text",
    [
        "Please send oak. We liked the invoice.",
        "We send the invoice attached.",
        "Our newsletter. Please send the invoice.",
    ],
)
def test_two_sentences_an_exception_and_a_forbidden_word_are_no_topic(text: str) -> None:
    assert names(text) == []


def test_a_span_takes_neighbours_together() -> None:
    assert names("Agreed! Tuesday at 10:00 it is.") == ["agreed"]


def test_what_must_be_told_is_not_found_in_a_question() -> None:
    assert names("Is Tuesday, 10:00 agreed?") == []


def test_a_document_needs_enough_of_the_groups_and_the_first() -> None:
    assert [names(text, "file") for text in ("Total 5, tax 1", "tax 1, iban", "total")] == [["bill"], [], []]


def test_a_hit_knows_its_sentence_and_place() -> None:
    hit = topics.found(TOPICS, "Hello there. I need an invoice.", ("mail",))[0]
    assert (hit.sentence, hit.place) == ("I need an invoice.", (1, 2))


def test_the_words_of_an_agents_work_are_its_matter() -> None:
    assert TOPICS[0].matter.within("When will the payment come?")
    assert not TOPICS[1].matter.within("payment")


def test_a_question_mark_in_an_address_is_no_question() -> None:
    assert topics.asks("Is it oak?")
    assert not topics.asks("See https://shop.example/?id=1 for it.")


def test_a_document_that_is_surely_a_bill_is_one_whatever_else_it_names() -> None:
    entry = '[[topic]]\nname = "bill"\nagent = "accounting"\nsay = "a bill"\nof = ["file"]\nleast = 1\nsure = 3\n'
    words = 'groups = [["invoice"], ["total"], ["vat"]]\nnever = ["business plan"]\n'
    bill = topics.parse(f"[words]\n{entry}{words}")
    assert topics.found(bill, "An invoice for the business plan", ["file"]) == ()
    assert topics.found(bill, "Invoice. Business plan, 12 months. VAT 19 %. Total 117.81", ["file"]) != ()
