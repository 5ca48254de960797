"""Text from outside as a block of data: between two lines that nobody but us can write.

A boundary of 128 random bits stands in both lines, so a text that was written before cannot hold it. What merely
looks like such a line is taken apart all the same, because a model looks rather than compares. So are the marks by
which some models tell who speaks: a small server may read them inside a text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from daemon.core import neutral
from daemon.core.minds.question import Fenced

# What looks like one "<" or more, and what it is folded to. Three of them begin our lines.
_OPENING = {
    "<": "<", "\uff1c": "<", "\ufe64": "<", "\u2039": "<", "\u2329": "<", "\u27e8": "<", "\u3008": "<", "\u276e": "<",
    "\u2770": "<", "\u02c2": "<", "\u1438": "<", "\u2c96": "<", "\u276c": "<", "\U0001d236": "<", "\u29fc": "<",
    "\u00ab": "<<", "\u226a": "<<", "\u27ea": "<<", "\u300a": "<<", "\u2a1e": "<", "\u22d8": "<<<", "\u2af7": "<<<",
}  # fmt: skip
_FOLD = str.maketrans(_OPENING)
_RUN = re.compile(rf"[{''.join(_OPENING)}](?:[ \t\u00a0]?[{''.join(_OPENING)}])*+")
_MARK = 3
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPEAKER = re.compile(  # how Llama, Mistral, Gemma, Qwen, DeepSeek and EXAONE mark who speaks
    r"<(?=[|\uff5c]|/?(?:s|bos|eos|start_of_turn|end_of_turn)>)|[|\uff5c](?=>)|\[(?=[|\uff5c][\w-]{1,40}[|\uff5c]\])"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_(?:RESULTS|CALLS|CONTENT)|CALL_ID|ARGS|THINK|IMG)\])",
    re.IGNORECASE,
)


def block(data: Fenced, boundary: str) -> str:
    """One piece of data between its lines. `boundary` must not stand in it: see `unused`."""
    return f"<<<{boundary} {data.label}\n{harmless(data.text)}\n<<<{boundary} end"


def harmless(text: str) -> str:
    """`text` with line ends of one kind, without what nobody can see, and without anything like one of our lines."""
    seen = neutral.bare(_BREAK.sub("\n", text))
    return _RUN.sub(_parted, _SPEAKER.sub(r"\g<0> ", seen)).strip("\n")


def unused(boundary: str, texts: Iterable[str]) -> str:
    """`boundary`, or one drawn from it until none of the texts holds it."""
    taken = "\n".join(texts).casefold()
    while not boundary or boundary.casefold() in taken:
        boundary = hashlib.sha256(f"again {boundary}".encode()).hexdigest()[:32]
    return boundary


def _parted(run: re.Match[str]) -> str:
    folded = run[0].translate(_FOLD)
    return run[0] if folded.count("<") < _MARK else "<<"
