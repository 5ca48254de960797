"""Rich Text Format: its text without fonts, pictures and objects (Microsoft's RTF 1.9.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from daemon.core.formats.letters import MAX_SOURCE, converted, hidden
from daemon.core.ports import Converted

_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})"
    r"|\\u(-?\d{1,6})[ ]?(?:\?|\\'[0-9a-fA-F]{2})?"  # and what older programs show instead
    r"|\\([a-z]{1,32})(-?\d{1,10})?[ ]?"
    r"|\\(.)|([{}])|([^\\{}\r\n]+)",
    re.DOTALL,
)
_SILENT = frozenset(
    "fonttbl colortbl stylesheet info pict object themedata datastore listtable listoverridetable rsidtbl "
    "generator xmlnstbl latentstyles fldinst".split()
)
_BREAKS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": " | ", "tab": "\t"}
_SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "\u2018",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_MAX_DEPTH = 1_000


@dataclass(slots=True)
class _Page:
    """What was written so far; `states` are the open groups: (left out, hidden)."""

    shown: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    states: list[tuple[bool, bool]] = field(default_factory=lambda: [(False, False)])

    def write(self, text: str) -> None:
        silent, unseen = self.states[-1]
        if not silent:
            (self.unseen if unseen else self.shown).append(text)

    def group(self, bracket: str) -> None:
        if bracket == "{" and len(self.states) < _MAX_DEPTH:
            self.states.append(self.states[-1])
        elif bracket == "}" and len(self.states) > 1:
            self.states.pop()

    def control(self, word: str, number: str) -> None:
        silent, unseen = self.states[-1]
        if word in _SILENT:
            self.states[-1] = (True, unseen)
        elif word == "v":
            self.states[-1] = (silent, number != "0")
        elif word in _BREAKS or word in _SIGNS:
            self.write(_BREAKS.get(word) or _SIGNS[word])


def read(data: bytes) -> Converted:
    """Hidden text does not count; that it is there is said."""
    page = _Page()
    for token in _TOKEN.finditer(data[:MAX_SOURCE].decode("latin-1")):
        code, letter, word, number, sign, bracket, text = token.groups("")
        if code:
            page.write(bytes([int(code, 16)]).decode("cp1252", "replace"))
        elif letter:
            page.write(chr(int(letter) % 0x10000))
        elif word:
            page.control(word, number)
        elif sign == "*":
            page.states[-1] = (True, page.states[-1][1])
        elif sign:
            page.write({"~": "\xa0", "_": "-", "-": ""}.get(sign, sign if sign in "\\{}" else ""))
        elif bracket:
            page.group(bracket)
        else:
            page.write(text)
    shown = "".join(page.shown).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return converted(shown, "application/rtf", hidden("".join(page.unseen)))
