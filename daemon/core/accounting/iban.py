"""Bank account numbers: found in a text, checked, and written for a person (ISO 13616)."""

from __future__ import annotations

import re

_FOUND = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
# How long an account number is in the countries we meet most; others are only checked by their digits.
_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "IE": 22,
    "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24,
}  # fmt: skip

_SHORTEST = 15  # Norway's; the longest words of letters and digits below it are other numbers
_REACH = 30  # characters before it in which it is called an account


def plain(written: str) -> str:
    """Without gaps, in capitals."""
    return "".join(written.split()).upper()


def find(text: str) -> tuple[str, ...]:
    """The account numbers in a text, plain, each once; also those with a mistake in them."""
    found = ((_fitting(each[0]), text[max(0, each.start() - _REACH) : each.start()]) for each in _FOUND.finditer(text))
    return tuple(dict.fromkeys(account for account, before in found if _is_account(account, before)))


def valid(account: str) -> bool:
    """Whether the check digits and, where we know it, the length fit a plain account number."""
    if len(account) != _LENGTHS.get(account[:2], len(account)) or not (account.isascii() and account.isalnum()):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def spell(account: str) -> str:
    """In groups of four."""
    return " ".join(account[at : at + 4] for at in range(0, len(account), 4))


def _is_account(account: str, before: str) -> bool:
    """A tax number looks like one that is too short: then it has to be called an account."""
    return (
        len(account) == _LENGTHS.get(account[:2], 0)
        or (len(account) >= _SHORTEST and account[:2] not in _LENGTHS)
        or bool(re.search("iban|account|konto|compte|cuenta|conto|conta|rekening", before, re.IGNORECASE))
    )


def _fitting(written: str) -> str:
    """The number alone where a word of capitals follows it in the same line."""
    account = plain(written)
    return account[: _LENGTHS.get(account[:2], len(account))]
