"""Google's login on this computer: who is let in, and the answers of its pages. `tests.google` serves them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.gmailbox import Refusal

MAIL = "https://mail.google.com/"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
CLIENT_ID, CLIENT_SECRET = "made-up.apps.googleusercontent.com", "GOCSPX-made-up"


@dataclass
class Grant:
    """What a person gave an app: behind a code, then behind tokens."""

    scopes: tuple[str, ...]
    redirect_uri: str = ""
    challenge: str = ""


@dataclass
class OAuth:
    """Who is let in. `denies`: the person says no; `grants`: the scopes they tick, None = all that were asked for."""

    denies: bool = False
    grants: tuple[str, ...] | None = None
    testing: bool = False  # the app is not published: its grants end after 7 days
    codes: dict[str, Grant] = field(default_factory=dict[str, Grant])
    refresh_tokens: dict[str, Grant] = field(default_factory=dict[str, Grant])
    access_tokens: dict[str, Grant] = field(default_factory=dict[str, Grant])
    made: int = 0

    def token(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made}"

    def ask(self, query: Mapping[str, list[str]]) -> str:
        """The page where the person says yes, and at once does. Gives where their browser goes on."""
        said = {name: values[0] for name, values in query.items()}
        if said.get("client_id") != CLIENT_ID or said.get("response_type") != "code":
            raise Refusal(400, "invalid_client", "The OAuth client was not found.")
        back = {"state": said["state"]} if "state" in said else {}
        if self.denies:
            return f"{said['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}"
        scopes = self.grants if self.grants is not None else tuple(said["scope"].split())
        code = self.token("4/code")
        challenge = said.get("code_challenge", "") if said.get("code_challenge_method") == "S256" else ""
        self.codes[code] = Grant(scopes, said["redirect_uri"], challenge)
        return f"{said['redirect_uri']}?{urlencode({**back, 'code': code, 'scope': ' '.join(scopes)})}"

    def give(self, form: Mapping[str, list[str]]) -> dict[str, Any]:
        """The answer of the token endpoint (RFC 6749, RFC 7636)."""
        said = {name: values[0] for name, values in form.items()}
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal(401, "invalid_client", "Unauthorized")
        if said.get("grant_type") == "authorization_code":
            return self._exchange(said)
        grant = self.refresh_tokens.get(said.get("refresh_token", ""))
        if grant is None:
            raise Refusal(400, "invalid_grant", "Token has been expired or revoked.")
        return self._access(grant)

    def _exchange(self, said: Mapping[str, str]) -> dict[str, Any]:
        grant = self.codes.pop(said.get("code", ""), None)
        if grant is None or grant.redirect_uri != said.get("redirect_uri"):
            raise Refusal(400, "invalid_grant", "Malformed auth code.")
        if not grant.challenge or _challenge(said.get("code_verifier", "")) != grant.challenge:
            raise Refusal(400, "invalid_grant", "Invalid code verifier.")
        refresh = self.token("1//refresh")
        self.refresh_tokens[refresh] = grant
        ends = {"refresh_token_expires_in": 604_799} if self.testing else {}
        return self._access(grant) | {"refresh_token": refresh} | ends

    def _access(self, grant: Grant) -> dict[str, Any]:
        token = self.token("ya29.access")
        self.access_tokens[token] = grant
        return {"access_token": token, "expires_in": 3599, "scope": " ".join(grant.scopes), "token_type": "Bearer"}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
