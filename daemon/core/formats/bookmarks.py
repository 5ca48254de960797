"""Links that were saved as files: Windows' `.url`, Apple's `.webloc`. Never opened."""

from __future__ import annotations

import re

from daemon.core.formats.letters import converted
from daemon.core.ports import Converted

_ADDRESS = rb"((?:https?://|ftp://|mailto:)[^\s\x00-\x20<>\"\x7f-\xff]{1,2000})"
_NAMED = re.compile(rb"(?:^URL=|<string>\s{0,20})" + _ADDRESS, re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(_ADDRESS, re.IGNORECASE)  # in a binary property list
_MAX_SOURCE = 64 * 1024
_SAID = "It is a saved link; the page itself was not opened."


def read(data: bytes) -> Converted:
    """The address that it leads to."""
    data = data[:_MAX_SOURCE]
    found = _NAMED.search(data) or _LINK.search(data)
    address = found[1].decode("ascii").replace("&amp;", "&") if found else ""
    return converted(address, "text/x-uri", _SAID if address else "It is a saved link without a web address.")
