from daemon.core.language import topics, wishes
from daemon.core.language.topics import Hit
from daemon.core.language.wishes import Wish

TOPICS = topics.parse("""
[words]
accounting = ["invoice"]

[[topic]]
name = "wanted"
agent = "accounting"
say = "it asks for an invoice"
of = ["mail", "note"]
groups = [["send", "^invoice"], ["invoice"]]

[[topic]]
name = "paid"
agent = "accounting"
say = "it tells of a payment"
of = ["mail"]
weak = true
groups = [["paid"]]

[[topic]]
name = "call"
agent = "voice"
say = "it asks for a call"
of = ["mail", "note"]
groups = [["call me", "^call"]]

[[topic]]
name = "keep"
agent = "assistant"
say = "it is to be kept"
of = ["mail", "note"]
groups = [["fyi", "remember"]]
""")


def hits(text: str, kind: str = "mail") -> tuple[Hit, ...]:
    return topics.found(TOPICS, text, (kind,))


def mail(text: str) -> list[str]:
    found = hits(text)
    return [wish.agent for wish in wishes.of_letter(found, wishes.open_questions(text, (), found))]


def note(text: str) -> list[str]:
    return [wish.agent for wish in wishes.of_note(hits(text, "note"))]


def test_what_a_mail_says_first_is_the_main_thing() -> None:
    assert mail("Do you still have the long oak bench? Also send the invoice.") == ["mail", "accounting"]
    assert mail("Please send the invoice. And do you still have the long oak bench?") == ["accounting", "mail"]


def test_a_question_about_the_same_matter_is_no_second_wish() -> None:
    assert mail("Please send the invoice. When do you think the invoice will come?") == ["accounting"]


def test_a_short_question_that_refers_to_it_is_no_second_wish() -> None:
    assert mail("Please send the invoice. Could you do it by Monday?") == ["accounting"]


def test_one_question_is_settled_by_the_call_that_is_asked_for() -> None:
    assert mail("Is the oak bench still for sale? Please call me.") == ["voice"]
    assert mail("Is the oak bench still for sale? Is it heavy? Please call me.") == ["mail", "voice"]


def test_a_payment_told_beside_a_question_is_no_deed() -> None:
    assert mail("I paid last week. Where is my bench?") == []
    assert mail("I paid last week.") == ["accounting"]


def test_information_is_kept_unless_something_is_asked() -> None:
    assert mail("FYI: the gate is closed.") == ["assistant"]
    assert mail("FYI: the gate is closed. Do you have a key?") == []


def test_a_note_orders_one_thing_a_sentence_unless_it_goes_on() -> None:
    assert note("call Bob, the invoice he can send") == ["voice"]
    assert note("call Bob and send the invoice") == ["voice", "accounting"]


def test_remember_to_call_is_a_call() -> None:
    assert note("remember to call Bob") == ["voice"]
    assert note("remember the oak. Then call Bob") == ["assistant", "voice"]


def test_the_reason_quotes_the_sentence_and_shows_what_is_hidden() -> None:
    assert wishes.of_hits(hits("Please send the invoice.")) == (
        Wish("accounting", "it asks for an invoice (“Please send the invoice.”)"),
    )


def test_a_machine_wants_one_thing() -> None:
    assert [wish.agent for wish in wishes.of_machine(hits("Send the invoice. Call me."))] == ["accounting"]
