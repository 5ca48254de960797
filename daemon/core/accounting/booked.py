"""From what a document says to the payment or expense that is recorded, with the source of each fact it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from daemon.core.accounting import accounts, iban, identifiers, letterhead, money
from daemon.core.accounting.documents import Facts
from daemon.core.accounting.expense import Expense
from daemon.core.accounting.payment import Direction, Payment
from daemon.core.draft import Risk
from daemon.core.handbook import Handbook
from daemon.core.language import openings, signature

_PLACE = re.compile(
    r"(?<!\w)(?:at|@|bei|chez|à la|in der|im|en|da|na|no|bij"
    r"|from)[ ]+((?-i:[A-ZÀ-Þ])[^\n,;.\d€$£]{1,50}?)"
    r"(?=[ ]+(?:for|für|pour|per|por|para|voor|on|am|with|mit|avec|con|com|met)\b|[ ]*[,;.\n\d€$£]|[ ]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_WHO = re.compile(
    r"(?<!\w)(?:from|von|de la part de|de parte de|(?-i:de)|da|van|pay|bezahle|überweise|an"
    r"|to)[ ]+((?-i:[A-ZÀ-Þ])[^\n,;:\d]{1,60}?)"
    r"(?=[ ]+(?:for|für|pour|per|por|para|voor|by|bis|until|on|am|of|über|has|hat|erhalten|bekommen|überwiesen"
    r"|received)\b|[ ]*[,;:.\n\d€$£]|[ ]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_PAID_BY = re.compile(
    r"^[ ]*(?!(?:I|We|Ich|Wir|Ik|Wij|He|Ho|Hemos|Abbiamo|Nous|J'ai)\b)([A-ZÀ-Þ][^\n,;:\d]{1,60}?)[ ]+(?:paid"
    r"|has paid|sent you|hat|a payé|ha pagado|ha pagato|pagou"
    r"|heeft)\b",
    re.MULTILINE,
)
_TO_BE_PAID = re.compile(  # "Nordhost 117,81 EUR überweisen"
    r"^[ ]*([A-ZÀ-Þ][^\n,;:\d€$£]{1,60}?)[ ]+(?=[\d€$£])[^\n]{1,80}[ ](?:überweisen|zahlen|bezahlen|payer|pagar"
    r"|pagare|betalen)"
    r"[.! ]{0,3}$",
    re.MULTILINE,
)
_CUSTOMER = re.compile(r"^[ ]*(?:customer[_ ]name|payer): ([^\n]{1,80})$", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(rf"(?<![\w.,])({money.NUMBER})(?![\w%.,-]*\d)(?![ ]?%)")


V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a message: `sender` is a name, "" for the person or where nobody is named."""

    handbook: Handbook
    sender: str
    own: bool
    doubted: bool = False  # what they wrote may be a trick


@dataclass(frozen=True, slots=True)
class Booked(Generic[V]):
    """A record and what the person has to know of it."""

    value: V
    notes: tuple[str, ...]
    risk: Risk


def payment(facts: Facts, direction: Direction, text: str, *, who: Writer, day: date) -> Booked[Payment]:
    """`text`: the message with its files; `day`: when it was written."""
    facts, notes = _completed(facts, text, who)
    told = _not_us(_told(text, direction, own=who.own), who.handbook)
    named = told or _not_us(facts.party, who.handbook) or who.sender
    party = named or ("" if who.own else _heading(text, who.handbook))
    made = Payment(
        direction=direction,
        party=party,
        amount=facts.amount,
        currency=facts.currency,
        due=facts.due if direction == "out" else None,
        day=(facts.day or day) if direction == "in" else None,
        reference=facts.number,
        iban=facts.iban if direction == "out" else "",
        method=facts.method if direction == "in" else "",
    )
    account = tuple(_account(made, text, who)) if direction == "out" else ()
    dated = (f"The date {day} is the day of the message.",) if direction == "in" and not facts.day else ()
    dated += (
        ("They say so: look whether it is on your account before you approve.",)
        if direction == "in" and not who.own
        else ()
    )
    risk: Risk = "high" if any(note.startswith("Careful") for note in (*notes, *account)) else "medium"
    return Booked(made, (*account, *notes, *(facts.terms if direction == "out" else ()), *dated), risk)


def _told(text: str, direction: Direction, *, own: bool) -> str:
    """Who pays or is paid, where a sentence says so."""
    named = (_PAID_BY.search(text) or _CUSTOMER.search(text)) if direction == "in" else None
    told = named or ((_TO_BE_PAID.search(text) or _WHO.search(text)) if own else None)
    return told[1].strip() if told else ""


def spent(facts: Facts, text: str, *, who: Writer, day: date) -> Booked[Expense]:
    """A receipt, or a person's own note of what they paid."""
    facts, notes = _completed(facts, text, who)
    own = who.own
    place = _PLACE.search(text) if own else None
    lines = (line.strip() for line in text.splitlines())
    note = next((line[:200] for line in lines if line and not openings.is_salutation(line)), "") if own else ""
    merchant = (
        _not_us(facts.party, who.handbook)
        or (place[1].strip() if place else "")
        or ("" if own else who.sender or _heading(text, who.handbook))
    )
    dated = facts.day or (day if own or who.sender else None)
    made = Expense(
        merchant=merchant,
        day=dated,
        amount=facts.amount,
        currency=facts.currency,
        tax=facts.tax,
        tax_rate=facts.tax_rate,
        category=facts.category,
        method=facts.method,
        note=note,
    )
    said = (f"The date {day} is the day it was written.",) if dated and not facts.day else ()
    return Booked(made, (*notes, *said), "medium" if notes and any("Careful" in n for n in notes) else "low")


def _completed(facts: Facts, text: str, who: Writer) -> tuple[Facts, tuple[str, ...]]:
    """A person's own note may leave the currency to the handbook, and name one amount without it."""
    own, house, notes = who.own, who.handbook.invoices, list(facts.notes)
    bare = identifiers.without(text) if own and facts.amount is None else ""
    written = [found[1] for found in _NUMBER.finditer(bare)]
    plain = [number for number in written if re.search(r"[.,]\d\d$", number)] or written
    if len(plain) == 1 and 0 < money.decimal(plain[0]) < money.LARGEST:
        facts = replace(facts, amount=money.decimal(plain[0]))
    if own and facts.amount is not None and not facts.currency and house.currency and not notes:
        facts = replace(facts, currency=house.currency)
        notes.append(f"The currency {house.currency} is from your handbook.")
    return facts, tuple(notes)


def _account(made: Payment, text: str, who: Writer) -> Iterator[str]:
    """Whether the account that a bill names is one we know; a changed account is how people are robbed."""
    if not made.iban:
        return
    book = who.handbook
    known = _known_accounts(made.party, book)
    shown, owner = iban.spell(made.iban), _owner(made.iban, book)
    if made.iban == book.invoices.iban:
        yield f"Careful: the account {shown} is your own, as your handbook says: ask them where to pay."
    elif made.iban in known:
        yield f"The account {shown} is the one in your handbook."
    elif owner:
        yield (
            f"Careful: the account {shown} belongs to {owner} in your handbook, but the bill is from "
            f"{made.party or 'somebody else'}. Find out whether they are the same before you pay."
        )
    elif not known and (other := accounts.instead(made.iban, text, book)):
        yield other
    elif not known and who.doubted:
        yield (
            f"The account {shown} is not in your handbook, and this may be a trick: pay nothing before you have called "
            "a number that you know."
        )
    elif not known:
        party = made.party or "this supplier"
        yield (
            f"The account {shown} is not in your handbook: compare it with an earlier bill of {party} before you pay. "
            f"With “- supplier {party}: {shown}” among the invoices in your handbook a changed account is noticed."
        )
    else:
        yield (
            f"Careful: the account {shown} differs from the one in your handbook ({iban.spell(known[0])}). "
            "Call a number that you know before you pay."
        )


def _owner(account: str, book: Handbook) -> str:
    """Whose account it is in the handbook, or ""."""
    listed = [(party.name, ", ".join(party.details)) for party in (*book.invoices.suppliers, *book.invoices.customers)]
    listed += [(contact.name, contact.note) for contact in book.contacts]
    return next((name for name, said in listed if account in iban.find(said.upper())), "")


def _known_accounts(party: str, book: Handbook) -> tuple[str, ...]:
    supplier = book.invoices.supplier(party) if party else None
    contact = book.named(party) if party else None
    details = ", ".join(supplier.details) if supplier else contact.note if contact else ""
    return iban.find(details.upper())


def _not_us(party: str, book: Handbook) -> str:
    return "" if letterhead.is_ours(party, _ours(book)) else party


def _ours(book: Handbook) -> tuple[str, ...]:
    return tuple(filter(None, (book.company, book.invoices.name)))


def _heading(text: str, book: Handbook) -> str:
    """The first line of a receipt, which names the shop, if it is a name; of a letter the line below its closing."""
    lines = [line for line in (line.strip(" *#=-_|") for line in text.splitlines()) if line]
    if lines and openings.is_salutation(lines[0]):
        closed = next((number for number, line in enumerate(lines) if signature.is_closing(line)), len(lines))
        lines = lines[closed + 1 :]
    first = next((line for line in lines if not letterhead.is_title(line)), "")
    return _not_us(first, book) if 1 < len(first) <= 50 and not re.search(r"\d{3}|[:?@]", first) else ""  # noqa: PLR2004 - a name
