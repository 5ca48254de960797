"""Money in `Decimal`: to how many places a currency is paid, and how amounts are rounded and written.

Rounding is half up, away from zero, as in EN 16931 and in every shop; never by floating point.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 table A.1, minor units other than 2. HUF and ISK are paid in whole units, whatever the table says of HUF.
_PLACES = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "HUF", "PYG", "UGX", "RWF", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("KWD", "BHD", "IQD", "JOD", "LYD", "OMR", "TND"), 3),
}
_THOUSANDS = 3  # digits that make a mark read as one between thousands
HUNDRED = Decimal(100)
LARGEST = Decimal(10**10)  # more is no price or quantity, and would not be exact in 28 digits
_GROUPED = r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3}){1,4}(?!\d)"
NUMBER = rf"[-\u2212]?(?:{_GROUPED}|\d{{1,15}})(?:[.,]\d{{1,6}})?(?![.,]?\d)"
_GAPS = re.compile(r"['\u2019\s]")


def places(currency: str) -> int:
    """Digits behind the mark of an amount in this currency; 2 for one that is not known."""
    return _PLACES.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount as it can be paid."""
    return amount.quantize(Decimal(1).scaleb(-places(currency)), ROUND_HALF_UP)


def spell(amount: Decimal, currency: str) -> str:
    """A rounded amount for a person: "1,200.50 EUR", "12,000 JPY"; without a currency the number alone."""
    return f"{rounded(amount, currency):,f} {currency}".rstrip()


def plain(value: Decimal, least: int = 0) -> str:
    """A number with all its digits, at least `least` behind the point, that reads back one way only.

    Never exactly three behind the point, which a reader elsewhere takes for thousands: 1.125 is "1.1250".
    """
    exponent = value.normalize().as_tuple().exponent
    digits = max(least, -exponent if isinstance(exponent, int) else 0)
    return f"{value:,.{digits + (digits == _THOUSANDS)}f}"


def counted(value: Decimal) -> str:
    """A quantity with all its digits: nothing between thousands, which could be read as the mark before decimals."""
    return plain(value).replace(",", "")


def percent(rate: Decimal) -> str:
    """A rate as a person writes it: "19 %", "5.5 %"."""
    return f"{rate.normalize():f} %"


def decimal(written: str) -> Decimal:
    """Read "1.200,50", "1,200.50", "1 200", "12,5": the last mark is decimal unless it groups thousands."""
    digits = _GAPS.sub("", written).replace("\u2212", "-")
    mark = max(digits.rfind("."), digits.rfind(","))
    marks = {c for c in digits if c in ".,"}
    if mark < 0 or (_ends_in_thousands(digits, mark) and len(marks) == 1):
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(f"{re.sub(r'[.,]', '', digits[:mark])}.{digits[mark + 1 :]}")


def ambiguous(written: str) -> bool:
    """Whether the only mark may be decimal or between thousands: "1.500"."""
    return bool(re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", written))


def _ends_in_thousands(digits: str, mark: int) -> bool:
    return len(digits) - mark - 1 == _THOUSANDS and digits[:mark].lstrip("-") not in ("", "0")
