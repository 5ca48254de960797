"""Electronic bills (UBL and CII, as XRechnung and Factur-X use them): their supplier and number in words people use.

They are shown as an outline of their elements; amounts and days stand in it under names that bills on paper have too.
"""

from __future__ import annotations

import re

_SELLER = re.compile(r"(?:AccountingSupplierParty|SellerTradeParty):\s")
_BUYER = re.compile(r"(?:AccountingCustomerParty|BuyerTradeParty):\s")
_NAME = re.compile(r"^[ ]*(?:Registration)?Name: ([^\n]{1,200})$", re.MULTILINE)
_ID = re.compile(r"^[ ]*ID: ([^\n]{1,40})$", re.MULTILINE)
_DOCUMENT = re.compile(r"^[ ]*(?:Invoice|ExchangedDocument):[ ]*$", re.MULTILINE)
_REACH = 2000  # characters of the outline of one party


def readable(text: str) -> str:
    """The text with a letterhead and an invoice number in front, where it is the outline of an electronic bill."""
    document, seller = _DOCUMENT.search(text), _SELLER.search(text)
    if not document or not seller:
        return text
    party = text[seller.end() : seller.end() + _REACH]
    buyer = _BUYER.search(party)
    name = _NAME.search(party[: buyer.start()] if buyer else party)
    number = _ID.search(text, document.end(), seller.start())
    return "\n".join((name[1] if name else "", f"Invoice no. {number[1]}" if number else "", text))
