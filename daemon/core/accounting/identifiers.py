"""Numbers that name something and count nothing: of invoices and phones, post codes, accounts, years and days."""

from __future__ import annotations

import re

from daemon.core.language.calendars import CALENDARS

_MONTH = "|".join(
    sorted({re.escape(month) for own in CALENDARS.values() for month in own.months}, key=len, reverse=True)
)
_PAPER = (
    r"(?:invoices?|bill|receipt|order|offer|quote|credit note|\w{0,15}rechnung(?:en)?|beleg|angebot|gutschrift"
    r"|bestellung"
    r"|auftrag|factures?|facturas?|fattur[ae]|faturas?|factu(?:ur|ren)|devis|presupuesto|preventivo|orçamento|offerte)"
)
_MARK = r"(?:(?:no|nr|number|nummer|num|núm|numéro|número|numero|n°|nº)\.?[ ]?[:#]?|#)"
_PARTED = r"(?:[A-Z]{1,6}[-/]?)?\d{1,8}(?:[-/]\d{1,8}){1,3}"  # 2026-0003, RE-2026/17
_LETTERED = r"[A-Z]{1,6}-\d{2,12}"  # RE-00017
_REFERENCE = (
    rf"(?<![\w.,/-])(?=[A-Z]|\d{{3,8}}[-/]|\d{{1,8}}[-/]\d{{3,8}}|0\d)(?:{_PARTED}|{_LETTERED})(?![\w/-]|[.,]\d)"
)
_STREET = r"[^\W\d_][^\n,\d;:]{2,40}[ ]\d{1,4}[a-z]?"
_OF_PEOPLE = (
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",  # an account
    r"(?<![\w.,])(?:\+|00)[1-9](?:[ ./()-]{0,3}\d){6,16}(?!\w)",  # a phone abroad
    r"(?<!\w)(?i:tel\w{0,6}|fon|phone|mobile?|handy|fax|cell)[ .:]{1,3}[+(]{0,2}\d(?:[ ./()-]{0,3}\d){4,16}(?!\w)",
    rf"(?<!\w){_STREET}[ ]?[,\n][ ]*(?:[A-Z]{{1,2}}-)?\d{{4,5}}[ ][A-ZÀ-Þ][^\W\d_]{{1,30}}",
    r"(?:^|(?<=[,\n] ))\d{3}(?!00)\d\d[ ][A-ZÀ-Þ][^\W\d_]{1,30}(?=[ ]*(?:$|[.;\n]|,(?! ?\d)))",
    r"(?<!\w)[A-Z]{1,2}-\d{4,5}[ ][A-ZÀ-Þ][^\W\d_]{1,30}",
)
_KINDS = (
    *_OF_PEOPLE,
    _REFERENCE,
    rf"(?<!\w)(?i:{_PAPER}[ ]?{_MARK})[ ]?([A-Z]{{0,4}}\d{{1,12}})(?!\w|[.,]\d)",
    r"(?<![\w.,])0\d{2,14}(?![\w]|[.,]\d)",  # no amount begins so
    r"(?<![\d-])(?:19|20)\d\d-\d\d-\d\d(?![\d-])",
    r"(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d(?!\d)",
    (
        rf"(?<!\w)(?:\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?[ ](?:de[ ])?)?(?i:{_MONTH})(?:[ ]\d{{1,2}}(?:st|nd|rd|th)?(?=,"
        rf"|[ ]?(?:19|20)\d\d))?"
        r"(?:,?[ ](?:de[ ])?(?:19|20)\d\d)(?!\d)"
    ),
)
_ANY, _CONTACT = re.compile("|".join(_KINDS), re.MULTILINE), re.compile("|".join(_OF_PEOPLE), re.MULTILINE)
_FIRST = re.compile(_REFERENCE)


def without(text: str) -> str:
    """The text with spaces in the place of each such number; everything else stays where it is."""
    return _ANY.sub(lambda found: " " * len(found[0]), text)


def without_contacts(text: str) -> str:
    """The same, only for accounts, phones and places: they are no part of what is sold."""
    return _CONTACT.sub(lambda found: " " * len(found[0]), text)


def reference(text: str) -> str:
    """The first number in parts, as invoices have it ("2026-0003"), or ""."""
    return next((found[0] for found in _FIRST.finditer(text) if not _is_day(found[0])), "")


def _is_day(written: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}", written))
