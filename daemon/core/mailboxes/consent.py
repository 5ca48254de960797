"""Asking a person's consent at Google, as values: the address they open, and what their browser came back with. Pure.

OAuth 2.0 for desktop apps with PKCE (RFC 7636, S256) and a redirect to this computer (RFC 8252):
https://developers.google.com/identity/protocols/oauth2/native-app
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs, urlencode

from daemon.core.errors import UserError

NEEDS_LOGIN = 5
# Each lets one read mail, labels, history and the addresses one sends from; `modify` also sets labels, writes drafts
# and sends. Neither can delete for good. https://developers.google.com/workspace/gmail/api/auth/scopes
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
READ_ONLY = "https://www.googleapis.com/auth/gmail.readonly"
LONGEST = 8192  # characters of an address that a browser came back with
_WHERE = "Make one in Google's console: Google Auth Platform, Clients, Create client, type Desktop app."


@dataclass(frozen=True, slots=True)
class App:
    """The person's own app at Google, in whose name we ask."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Question:
    """One try to get consent. `state` and `verifier` are random, known to nobody else and used once."""

    app: App
    scope: str
    redirect: str  # "http://127.0.0.1:PORT/"
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    def address(self, auth_uri: str) -> str:
        """What the person opens. `offline` and `consent` make Google give a lasting permission every time."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.app.id,
            "redirect_uri": self.redirect,
            "scope": self.scope,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{auth_uri}?{urlencode(asked)}"

    def code(self, came_back: str) -> str:
        """The code in the address that the browser ended at.

        Raises UserError with why there is none; NotOurs when the address is no answer to this question.
        """
        said = parse_qs(came_back.strip()[:LONGEST].partition("?")[2].partition("#")[0])
        if not hmac.compare_digest(_only(said, "state").encode(), self.state.encode()):
            raise NotOurs
        if refused := _only(said, "error"):
            raise UserError(_refusal(refused), exit_code=NEEDS_LOGIN)
        if not (code := _only(said, "code")):
            raise NotOurs
        return code


class NotOurs(UserError):
    """An address that is no answer to our question: old, cut off, or somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            "This address does not answer the question that was just asked. Copy the whole address from the browser, "
            "from http to its end, and only the one from this try.",
            exit_code=NEEDS_LOGIN,
        )


def _only(said: Mapping[str, Sequence[str]], name: str) -> str:
    """What is said twice is not said."""
    values = said.get(name, ())
    return values[0] if len(values) == 1 else ""


def _refusal(error: str) -> str:
    if error == "access_denied":
        return (
            "Google says that you did not allow it, or that you may not: while your Google app is in Testing, only the "
            "test users named under Audience may. Publish the app there, or allow it."
        )
    if error == "admin_policy_enforced":
        return "The administrator of your Google Workspace does not allow this app. Ask them."
    shown = error if error.isascii() and error.replace("_", "").isalnum() and len(error) <= 40 else "an error"  # noqa: PLR2004
    return f"Google did not allow it ({shown})."


def app_of(text: str) -> App:
    """The app from the JSON file that Google's console gives. Raises UserError, without a word of the file."""
    try:
        table = cast("dict[str, Any]", json.loads(text))
        kind = "installed" if "installed" in table else "web"
        found = App(_word(table[kind]["client_id"]), _word(table[kind]["client_secret"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError(f"This is not the file of a Google app. {_WHERE}") from error
    if kind == "web":
        raise UserError(f"This is a Google app of another type, and Google would refuse it here. {_WHERE}")
    return found


def app_typed(client_id: str, client_secret: str) -> App:
    """The app as it was typed. Raises UserError for what cannot be one."""
    try:
        found = App(_word(client_id.strip()), _word(client_secret.strip()))
    except (TypeError, ValueError) as error:
        raise UserError(f"This is no client ID with its secret. {_WHERE}") from error
    if not found.id.endswith(".apps.googleusercontent.com"):
        raise UserError(f"A client ID ends in .apps.googleusercontent.com. {_WHERE}")
    return found


def _word(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value or " " in value:
        raise ValueError
    return value


def scopes(granted: str, wanted: str) -> tuple[str, ...]:
    """What was granted. Raises UserError when mail may not be read: on Google's page each right is a box."""
    given = tuple(sorted(granted.split()))
    if wanted not in given:
        raise UserError(
            "Google did not give the right to the mail: on its page, tick the box beside it. "
            "Type the same command again.",
            exit_code=NEEDS_LOGIN,
        )
    return given
