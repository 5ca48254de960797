"""What a person drops so that every kind of action occurs. Each piece has a number, and is like no other piece."""

from __future__ import annotations

from tests.house import MAIL

_WORDS = ("Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper")


def named(number: int) -> str:
    """A name without digits that only this number has."""
    return " ".join(_WORDS[int(digit)] for digit in str(number))


def mail(number: int) -> bytes:
    return MAIL.replace(b"<1@", b"<%d@" % number).replace(b"Opening hours", b"Question %d" % number)


def piece(action: str, number: int) -> tuple[str, bytes]:
    """The name and the content of the file that leads to this action."""
    if action == "email.reply":
        return f"mail {number}.eml", mail(number)
    return f"{action} {number}.md", _NOTES[action].format(n=number, name=named(number)).encode()


_NOTES = {
    "email.send": "To: bob{n}@example.com\nSubject: Offer {n}\n\nWe can deliver offer {n} on Friday.\n",
    "document.save": "# Plan {n}\n\nBuy paint {n}.\n",
    "social.post": "Post on LinkedIn: We are looking for carpenter number {n}.\n",
    "social.reply": '---\nkind: social\nnetwork: LinkedIn\nmention: comment\nfrom: "Bo {name}"\nurl: ""\n---\n'
    "What does chair {n} cost?\n",
    "message.send": "WhatsApp to Anna: I am {n} minutes late.\n",
    "invoice.create": "Invoice to {name}: {n} workshop days at 800 EUR, 19 % VAT, due in 14 days.\n",
    "expense.create": "Paid {n}.50 EUR by card at Cafe {name} for lunch with Anna.\n",
    "payment.register": "Received {n}.25 EUR from {name} by bank transfer.\n",
    "appointment.create": "Appointment with {name} on 2028-12-01 from 10:00 to 11:00 at Room {n}\n",
    "call.place": "Call {name} on +49 40 1234567 about delivery {n} on Friday.\n",
}
ACTIONS = ("email.reply", *_NOTES)
FREE_TEXT = frozenset(ACTIONS) - {"invoice.create", "expense.create", "payment.register"}  # a line more is only words
