"""Whether the bank accounts of a message are those in the handbook of the suppliers that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from daemon.core.accounting import iban
from daemon.core.handbook import Handbook
from daemon.core.language import words


def strange(text: str, book: Handbook) -> Iterator[str]:
    """A sentence for each account of a text that is not the one of a supplier it names: so people are robbed."""
    for account in iban.find(text):
        if account != book.invoices.iban and (said := instead(account, text, book)):
            yield said


def instead(account: str, text: str, book: Handbook) -> str:
    """A sentence where the text names a supplier whose accounts in the handbook are others, or ""."""
    listed = [(party.name, iban.find(", ".join(party.details).upper())) for party in book.invoices.suppliers]
    listed += [(contact.name, iban.find(contact.note.upper())) for contact in book.contacts]
    if any(account in known for _, known in listed):
        return ""
    fitting = [(name, known) for name, known in listed if name and known and words.mentioned(text, _called(name))]
    if not fitting:
        return ""
    name, known = fitting[0]
    return (
        f"Careful: it names {name}, whose account in your handbook is {iban.spell(known[0])}. The account "
        f"{iban.spell(account)} is another one: call a number that you know before anybody pays."
    )


def _called(name: str) -> tuple[str, ...]:
    """A firm's name, also without what kind of firm it is: “Brandt Holz GmbH”, “Brandt Holz”."""
    short = _KIND.sub("", name)
    return (name, short) if " " in short else (name,)


_KIND = re.compile(
    r",?\s(?:gmbh|ag|kg|ug|ohg|gbr|ltd\.?|limited|llc|inc\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|s\.?a\.?|s\.?a\.?s\.?"
    r"|s\.?a\.?r\.?l\.?|s\.?r\.?l\.?|s\.?p\.?a\.?|s\.?l\.?|lda\.?)\Z",
    re.IGNORECASE,
)
