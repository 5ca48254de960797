"""Links that were saved as files: Windows' `.url`, Apple's `.webloc`. Never opened."""

from __future__ import annotations

import re

from daemon.core.formats.letters import converted
from daemon.core.ports import Converted

_LINK = re.compile(
    rb"(?:\bURL=|<string>\s{0,20})?((?:https?://|ftp://|mailto:)[^\s\x00-\x20<>\"\x7f-\xff]{1,2000})", re.IGNORECASE
)
_MAX_SOURCE = 64 * 1024
_SAID = "It is a saved link; the page itself was not opened."


def read(data: bytes) -> Converted:
    """The address that it leads to."""
    data = data[:_MAX_SOURCE]
    at = max(data.find(b"\nURL="), 0)
    found = _LINK.search(data, at)
    address = found[1].decode("ascii").replace("&amp;", "&") if found else ""
    return converted(address, "text/x-uri", _SAID if address else "It is a saved link without a web address.")
