from pathlib import Path

import pytest

from daemon.core import call_requests, handbook, provenance
from daemon.core.draft import Draft
from daemon.core.language import phrasebook
from tests.agents.factories import email, note

BOOKS = phrasebook.shipped(Path(__file__).parents[2] / "agents" / "prompts")
HANDBOOK = handbook.parse("## Contacts\n- Anna Berg <anna@example.com> — adviser, +49 40 1234567")
CALL = Draft("call.place", {}, "Hello", "Call", "A test.", 0.9, "low")


@pytest.mark.parametrize(
    "text",
    [
        "Please call me back.", "Bitte um Rückruf.", "Rappelez-moi demain.", "Llámeme mañana.", "Mi richiami domani.",
        "Ligue-me amanhã.", "Bel me even terug.", "Call me sometime on +44 7700 900 733.",
    ],
)  # fmt: skip
def test_a_wish_to_be_called_is_seen_in_every_language(text: str) -> None:
    assert call_requests.wanted(text, BOOKS)


@pytest.mark.parametrize(
    "text",
    [
        "Our call for papers ends in May.", "Here are the conference call notes.", "Give me a call sometime.",
        "If you have any questions, please call us.", "The phone bill is attached.", "He has a calling.", "",
    ],
)  # fmt: skip
def test_other_calls_are_no_wish(text: str) -> None:
    assert call_requests.wanted(text, BOOKS) == ""


@pytest.mark.parametrize(
    "text",
    ["Call for papers, due Monday", "Conference call notes", "Call notes", "Phone bill", "An idea: call centres"],
)
def test_a_note_about_calls_is_no_order(text: str) -> None:
    assert call_requests.wanted(text, BOOKS, own=True) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Call Anna tomorrow about the offer", "Anna"),
        ("- [ ] ring Mrs Hollis, 01632 960 077", "Mrs Hollis"),
        ("Remember to call Bob on Friday", "Bob"),
        ("Frau Berg anrufen wegen der Rechnung", "Frau Berg"),
        ("Appeler Julie demain", "Julie"),
        ("Llamar a Rocío sobre la mesa", "Rocío"),
        ("chiamare Enzo entro le 18", "Enzo"),
        ("Ligar à Inês amanhã", "Inês"),
        ("Bram terugbellen over de factuur", "Bram"),
    ],
)
def test_a_note_says_whom_to_call(text: str, name: str) -> None:
    order = call_requests.ordered(text, BOOKS)
    assert order
    assert order.name == name


@pytest.mark.parametrize("phone", ["01632960220", "+494 01234567", "0401234567"])
def test_a_number_of_the_message_or_the_contacts_is_left_to_the_agent(phone: str) -> None:
    task = email("Please call me back.\n\n-- \nPeter, 01632 960 220")
    assert provenance.judged(CALL, {"phone": phone}, task, HANDBOOK) == CALL


def test_any_other_number_is_of_high_risk_whatever_the_agent_says() -> None:
    made = provenance.judged(CALL, {"phone": "+8613912345678"}, note("Call Anna"), HANDBOOK)
    assert made.risk == "high"
    assert made.found[0].startswith("Careful: +8613912345678 comes neither from")


def test_the_handbook_knows_a_contacts_number() -> None:
    assert HANDBOOK.contacts[0].phone == "+49 40 1234567"
