"""Text from outside in a note: it is shown, and nothing in it acts.

What acts in Obsidian and its common plug-ins: links, embeds, HTML, headings, tags, block ids, formulas and
comments; Templater's `<% %>`, anywhere in a file; Dataview's queries in code, and its `key:: value` fields, also
inside code blocks (blacksmithgu/obsidian-dataview, issues 1563 and 2561). Escapes are those of CommonMark 0.31.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import LiteralString

# Unicode's Default_Ignorable_Code_Point, controls, line separators, spaces that ordinary typesetting does not
# use, letters and signs that look like nothing, lone surrogates.
_INVISIBLE = re.compile(
    "([\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u2008"
    "\u200a-\u200f\u2028-\u202e\u205f-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff])\\1*"
)
_EMOJI = re.compile(
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_VARIANTS = "\ufe0e\ufe0f"
_JOINER, _NON_JOINER = "\u200d", "\u200c"

# Each match is one character that a backslash makes plain text where it stands.
_ACTIVE = re.compile(
    r"[\\`*\[\]<^|$~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is plain text
    r"|&(?=[#\w])"
    r"|(?<!\w)#"
    r"|%(?=[%>])|(?<=[<%])%|(?<=%)>"
    r"|=(?==)|(?<==)="
    r"|:(?=[:/])|(?<=:):"
    r"|(?<=[wW]{3})\."
    r"|\A[-+=>]|(?<=\A\d)[.)]|(?<=\A\d\d)[.)]|(?<=\A\d\d\d)[.)]"
)

_LINK = re.compile(r"\[(?=\[)|:(?=//)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]*")  # may stand in code of ours: nothing in it ends or runs code
_FENCE_RUNS = re.compile("`{3,}")
_QUERY_AT_START = re.compile(r"\A(\s*)(\$?=)")
# Possessive throughout: a line of 20,000 tildes would else be tried in as many ways, squared.
_CONTAINER = r"[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t>]++)*+"
_RUN = rf"{_CONTAINER}(?:`{{3,}}+(?=[^\n`]*+$)|~{{3,}}+)"  # only after tildes may a backtick follow
_FENCE = re.compile(rf"^({_RUN})[ \t]*+([^\n]*+)$", re.MULTILINE)
_QUERY_IN_FENCE = re.compile(rf"^({_RUN}[^\n]*+(?:\n[ \t>]*+)++)(\$?=)", re.MULTILINE)
_QUERY_IN_SPAN = re.compile(r"(`[\s>\ufeff]*+)(\$?=)")
_QUERY_INDENTED = re.compile(r"^([ \t>*+\-\d.)]*+)(\$?=)", re.MULTILINE)
_RUNS_OR_HIDES = re.compile(
    r"<(?=%|[!?]|/?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|\Z))"  # Templater, HTML
    r"|%(?=[%>])"  # comments, Templater
    r"|!(?=\[)"  # embeds
    r"|\](?=:)"  # reference definitions, which a reader does not see
)
SHOWN_AS_CODE = frozenset(
    "bash c console cpp css csv diff go html ini java javascript js json log markdown md php plain plaintext "
    "python py ruby rust sh shell sql text toml txt typescript xml yaml yml".split()
)


class Ours(str):
    """A sentence of the program's own, which may quote texts from outside; `ours` makes it.

    As a string it is plain text, for a terminal or JSON. Only `inline` tells the two apart: what is cut, joined or
    stored is an ordinary string again, of which everything is escaped.
    """

    __slots__ = ("pieces",)
    pieces: Sequence[tuple[str, bool]]  # in their order, and whether each is ours


def ours(words: LiteralString, *quoted: str) -> Ours:
    """`words`, whose Markdown works in a note, with a text from outside for each `{}` in them.

    Inside code there should stand only names and ids: of others the escapes would be seen.
    """
    own = words.split("{}")
    pieces = [(own[0], True)]
    for text, before, after in zip(quoted, accumulate(own[:-1]), own[1:], strict=True):
        in_code = before.count("`") % 2 == 1
        pieces += text.pieces if isinstance(text, Ours) else [(text, in_code and bool(_NAME.fullmatch(text)))]
        pieces.append((after, True))
    sentence = Ours("".join(text for text, _ in pieces))
    sentence.pieces = tuple(pieces)
    return sentence


def visible(text: str) -> str:
    """`text` with characters that cannot be seen, or turn the text round, shown like ⟨U+202E⟩.

    Joiners and variants stay where emoji, Arabic and Indic writing need them; so do the spaces of ordinary
    texts (U+00A0, U+2009, U+202F, U+3000), tabs and line ends.
    """
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_shown, text)


def label(text: str, limit: int = 200) -> str:
    """`text` as a property for the person to read: one line, cut after `limit` characters with an ellipsis.

    Obsidian renders no Markdown in properties, but makes links of `[[…]]` and addresses: a space breaks these.
    """
    return _LINK.sub(r"\g<0> ", _line(text, limit))


def inline(text: str, limit: int = 200) -> str:
    """`text` as plain text within one line of a note, cut after `limit` characters with an ellipsis.

    Rendered, it is exactly `visible(text)` with runs of white space as one space. Of a sentence of `Ours` that holds
    for each text it quotes.
    """
    if isinstance(text, Ours):
        return _quoting(text.pieces, limit)
    return _ACTIVE.sub(r"\\\g<0>", _line(text, limit))


def fenced(text: str) -> str:
    """`text` as a code block inside a quote, every line beginning with `>`; a callout title may go before it.

    Rendered, it is `visible(text)`, with a space inside `<%`, `%>` and `::` and a marked `=` at the start:
    these act even in code. No newline at the end.
    """
    text = re.sub(r"<(?=%)|%(?=>)|:(?=:)", r"\g<0> ", visible(_unix(text)))
    text = _QUERY_AT_START.sub(r"\1⟨\2⟩", text)
    fence = "`" * max(3, *(len(run) + 1 for run in _FENCE_RUNS.findall(text)), 0)
    return "> " + f"{fence}\n{text}\n{fence}".replace("\n", "\n> ")


def defuse(text: str) -> str:
    """`text` that will be sent, changed only where it would run in Obsidian, or hide from the person there.

    Templater commands, HTML tags, comments, embeds and reference definitions get one space that breaks them;
    code blocks in a language that plug-ins run lose its name; a `=` that would start a query is marked. Line
    ends become LF.
    """
    text = _RUNS_OR_HIDES.sub(r"\g<0> ", _unix(text))
    text = _FENCE.sub(_plain_fence, text)
    text = _QUERY_IN_FENCE.sub(r"\1⟨\2⟩", text)
    text = _QUERY_IN_SPAN.sub(r"\1⟨\2⟩", text)
    return _QUERY_INDENTED.sub(_plain_indented, text)


def host(name: str) -> str:
    """A host name for a person to judge: one with other than plain letters is shown both ways.

    `xn--bcher-kva.example` becomes `bücher.example ⟨xn--bcher-kva.example⟩`; a plain name stays as it is.
    """
    labels = letters(name).split(".")
    shown = visible(".".join(labels))
    ascii_name = ".".join(_encoded(label) for label in labels)
    return shown if shown == ascii_name == name.lower() else f"{shown} ⟨{visible(ascii_name)}⟩"


def letters(host: str) -> str:
    """A host name in lower case and in the letters that punycode stands for."""
    return ".".join(_decoded(label) for label in host.lower().split("."))


def unseen(text: str) -> tuple[str, ...]:
    """The characters that `visible` would show, each once: `U+202E`."""
    found = (each for each in _INVISIBLE.finditer(text) if _shown(each) != each[1])
    return tuple(dict.fromkeys(f"U+{ord(each[1]):04X}" for each in found))


def bare(text: str) -> str:
    """`text` without the characters that `visible` would show."""
    return _INVISIBLE.sub(lambda found: found[0] if _shown(found) == found[1] else "", text)


def _line(text: str, limit: int) -> str:
    line = " ".join(visible(text[: 10 * limit]).split())
    cut = len(line) > limit or len(text) > 10 * limit
    return line[: limit - 1].rstrip() + "…" if cut else line


def _quoting(pieces: Sequence[tuple[str, bool]], limit: int) -> str:
    """Only what lies between words of ours acts: a sign of theirs may not complete one of ours, or the other way."""
    shown = [(text if own else _line(text, limit), own) for text, own in pieces]
    line = "".join(text for text, _ in shown)
    foreign = "".join(" x"[not own] * len(text) for text, own in shown)

    def escaped(found: re.Match[str]) -> str:
        at = found.start()
        return f"\\{found[0]}" if "x" in foreign[max(at - 1, 0) : at + 2] else found[0]

    return _ACTIVE.sub(escaped, line)


def _shown(found: re.Match[str]) -> str:
    char, text = found[1], found.string
    times = len(found[0])
    if times > 1:
        return f"⟨{times} times U+{ord(char):04X}⟩"
    alone = _belongs(char, text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1])
    return char if alone else f"⟨U+{ord(char):04X}⟩"


def _belongs(char: str, before: str, after: str) -> bool:
    """True for an invisible character that is part of what is seen: a line end, an emoji, a joined letter."""
    if char in _VARIANTS:
        return bool(_EMOJI.match(before))
    if char == _JOINER and (before in _VARIANTS or _EMOJI.match(before)) and _EMOJI.match(after):
        return True
    if char in (_JOINER, _NON_JOINER):
        return "\u0600" <= before <= "\u0dff"  # Arabic to Sinhala
    return char == "\r" and after == "\n"


def _plain_fence(found: re.Match[str]) -> str:
    language = found[2].split(maxsplit=1)[:1]
    harmless = not language or language[0].lower() in SHOWN_AS_CODE
    return found[0] if harmless else found[1]


def _plain_indented(found: re.Match[str]) -> str:
    code = "\t" in found[1] or "    " in found[1]
    return f"{found[1]}⟨{found[2]}⟩" if code else found[0]


def _decoded(label: str) -> str:
    """A punycode label in its letters (RFC 3492); as it is when it is not one."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _encoded(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode", errors="replace").decode("ascii")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
