"""Amounts as people say them: "18 euro 40" is 18.40 euro. Where the 40 may count something else, it is doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_WHOLE = r"(?<![\w.,])(\d{1,6})[ ]?(euros?|pounds?|dollars?|franken|francs?|reais)"
_CENTS = r"(?:cents?|centimes?|céntimos?|centesimi|cêntimos?|centavos?|eurocents?|pence|rappen)"
_ENDS = (  # what follows an amount, and never a number of things
    r"at|for|on|with|by|in|from|and|paid|each|total|bei|beim|für|am|mit|im|und|bezahlt|gezahlt|ausgegeben|chez|pour|le|avec"
    r"|à|au|et|par|payés?|en|por|el|con|y|pagad[oa]s?|da|dal|al|per|il|e|pagat[oi]|no|na|em|para|pel[oa]|bij|voor|op|met"
    r"|aan|betaald|uitgegeven"
)
_SAID = re.compile(
    rf"{_WHOLE}[ ](?:(?:and|und|et|y|con|e|en|com)[ ])?(\d{{1,2}})[ ]{_CENTS}(?!\w)"
    rf"|{_WHOLE}[ ](\d\d)(?=[ ]?(?:$|[;:!?)\n]|[.,](?!\d))|[ ](?:{_ENDS})(?!\w))",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?<![\w.,])(\d{1,6})€(\d\d)(?![\w.,]|[ ]?€)")  # as on French price tags
_UNSURE = re.compile(rf"{_WHOLE}[ ](\d\d)(?=[ ][^\W\d_])", re.IGNORECASE)


def written(text: str) -> str:
    """The text with such amounts in figures: "18.40 euro"."""
    return _SIGNED.sub(r"\1.\2€", _SAID.sub(_in_figures, text))


def doubtful(text: str) -> Iterator[tuple[Decimal, Decimal]]:
    """Amounts that may go on with cents, without and with them: "18 euro 40 geluncht"."""
    for found in _UNSURE.finditer(text):
        yield Decimal(found[1]), Decimal(f"{found[1]}.{found[3]}")


def _in_figures(found: re.Match[str]) -> str:
    whole, name, cents = (each for each in found.groups() if each)
    return f"{whole}.{cents:0>2} {name}"
