"""What the actions for posts, answers and messages share: the finished text as a file, ready to be pasted."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core import names, neutral
from daemon.core.errors import Permanent, UserError, WordsError
from daemon.core.ports import DocumentStore, Effect, Finding, Receipt
from daemon.core.properties import Value
from daemon.core.social.mention import safe_url

FOLDER = "Outbox"
_BEGINNING = 200  # characters of the text; its file is named after the first words


class Tray:
    """The outbox, for texts. The file holds exactly the text and nothing else."""

    def __init__(self, outbox: DocumentStore) -> None:
        self._outbox = outbox

    def put(self, what: str, text: str, effect: Effect, problems: Sequence[str]) -> Receipt:
        """`what` begins the file's name: "LinkedIn post". Raises Permanent when there are problems."""
        if problems:
            raise Permanent(f"it cannot go out: {'; '.join(problems)}")
        return self._outbox.save(_path(what, text, effect), _file(text), key=effect.key)

    def find(self, what: str, text: str, effect: Effect) -> Finding:
        return self._outbox.look_up(_path(what, text, effect), _file(text), key=effect.key)


def require(problems: Sequence[str]) -> None:
    """Raises UserError that lists all problems."""
    if problems:
        raise UserError(*problems)


def require_words(problems: Sequence[str]) -> None:
    """The same for problems of the text: WordsError, so that the person gets their own words back to shorten."""
    if problems:
        raise WordsError(*problems)


def line(name: str, value: Value, *, needed: bool = False, problems: list[str]) -> str:
    """A property that is one line of text; what is wrong with it is added to the problems."""
    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else ", ".join(value)
    text = value.strip() if isinstance(value, str) else ""
    if needed and not text:
        problems.append(f"“{name}” is empty")
    if text != neutral.visible(text) or "\n" in text:
        problems.append(f"“{name}” has characters that cannot be seen; write it once more by hand")
    return text


def web_address(value: Value, problems: list[str]) -> str:
    """A property that is empty or a web address."""
    text = line("url", value, problems=problems)
    if text and not safe_url(text):
        problems.append("“url” is no web address; it begins with https://")
    return text


def _path(what: str, text: str, effect: Effect) -> str:
    beginning = names.slug(text[:_BEGINNING])
    return f"{FOLDER}/{names.safe_file_name(what)} {beginning}_{effect.key.partition('.')[0]}.txt"


def _file(text: str) -> bytes:
    return (text.strip("\n") + "\n").encode()
