"""What Google answers instead, in words of ours. Its own words are not repeated: they may quote a key or a mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast

from daemon.adapters.gmail.line import Answered
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.mailboxes.accounts import GmailAccount

YOUNG = timedelta(days=8)  # Google ends grants of an app in "Testing" after seven
_AGAIN = "`employee connect gmail`"
_LONGEST_WAIT = timedelta(hours=1)
_SHORTEST_WAIT = timedelta(seconds=1)
_BUSY = timedelta(seconds=30)
_SPENT = timedelta(hours=1)
_RETRY = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")  # what Gmail says instead of a header
_SLOWER = {"ratelimitexceeded", "userratelimitexceeded", "rate_limit_exceeded", "resource_exhausted", "backenderror"}
_SPENT_REASONS = {"quotaexceeded", "dailylimitexceeded", "limitexceeded"}
_SCOPE = {"insufficientpermissions", "access_token_scope_insufficient"}
_OFF = {"accessnotconfigured", "service_disabled"}
_DEEPEST = 4  # of the lists in an error
_FORGOTTEN = {"invalid_client", "deleted_client", "disabled_client", "unauthorized_client"}


class LoginNeeded(UserError):
    """The person has to log in again, or to change something at Google first."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, exit_code=5)


class Refused(Permanent):
    """Google said no to this one request, for a reason that is about what was asked. `status` is HTTP's."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def gone(self) -> bool:
        """What was asked for is not there (RFC 9110, 15.5.5)."""
        return self.status == 404  # noqa: PLR2004 -- its name is above


class Failing(Transient):
    """Something broke on Google's side; what was asked for may still have been done."""


def of_answer(answer: Answered, account: GmailAccount, now: datetime) -> Exception:
    """Transient, UserError or Refused, with what to do about it."""
    reasons = set(_reasons(answer.body))
    if answer.status >= 500:  # noqa: PLR2004 -- RFC 9110, 15.6
        sentence = f"Google has trouble of its own ({answer.status}); I try again"
        return Failing(sentence, retry_after=_wait(answer, now, _BUSY))
    if answer.status == 429 or (answer.status == 403 and reasons & _SLOWER):  # noqa: PLR2004 -- RFC 6585, 4
        return Transient("Google asks me to be slower; I try again", retry_after=_wait(answer, now, _BUSY))
    if answer.status == 403:  # noqa: PLR2004 -- RFC 9110, 15.5.4
        return _forbidden(answer, reasons, account, now)
    if answer.status == 401:  # noqa: PLR2004 -- RFC 9110, 15.5.2
        return LoginNeeded(
            f"Google does not accept the login of {account.address} any more. Connect it again: {_AGAIN}."
        )
    if 300 <= answer.status < 400:  # noqa: PLR2004 -- RFC 9110, 15.4
        return Transient("[gmail] api_endpoint answers, but it is not Gmail: it sends me on to another address")
    if b"Mail service not enabled" in answer.body:
        return UserError(f"Google says that {account.address} has no Gmail mailbox, or that it is switched off.")
    return Refused(f"Gmail refused this request ({answer.status})", answer.status)


def _forbidden(answer: Answered, reasons: set[str], account: GmailAccount, now: datetime) -> Exception:
    if reasons & _SPENT_REASONS or b"Quota exceeded" in answer.body:
        return Transient("Google allows no more for now; I try again later", retry_after=_wait(answer, now, _SPENT))
    if reasons & _SCOPE:
        return LoginNeeded(
            f"{account.address} was connected without the permission that this needs. Connect it again with {_AGAIN}, "
            "and leave every box ticked on Google's page."
        )
    if reasons & _OFF:
        return UserError(
            "The Gmail API is switched off in your Google project. Open "
            "https://console.cloud.google.com/apis/library/gmail.googleapis.com, choose your project and press Enable."
        )
    if "domainpolicy" in reasons:
        return UserError(
            f"The administrator of {account.address} does not let apps read mail. They allow it in Google's Admin "
            "console, under Security, API controls."
        )
    return UserError(f"Google does not allow this for {account.address}. Connect it again: {_AGAIN}.")


def of_login(said: object, account: GmailAccount, now: datetime) -> Exception:
    """What a refused refresh means. `said` is what Google's login answered, read as JSON if it was JSON."""
    reason = str(cast("dict[object, object]", said).get("error", "")) if isinstance(said, dict) else ""
    if reason == "invalid_grant":
        return _grant_ended(account, now)
    if reason in _FORGOTTEN:
        return LoginNeeded(
            f"Google does not know the app any more with which {account.address} was connected: it was deleted, "
            f"switched off, or has a new secret. Download its file again from Google's console, then {_AGAIN}."
        )
    if reason:
        return LoginNeeded(f"Google refuses the login of {account.address}. Connect it again: {_AGAIN}.")
    return Transient("Google's login answers something else than it should; I try again", retry_after=_BUSY)


def _grant_ended(account: GmailAccount, now: datetime) -> LoginNeeded:
    """See https://developers.google.com/identity/protocols/oauth2#expiration."""
    if now - account.logged_in_at < YOUNG:
        return LoginNeeded(
            f"Google ended the login of {account.address} after less than 8 days. It does so while your Google app is "
            "in testing. Publish the Google app: open https://console.cloud.google.com/auth/audience and press "
            f'"Publish app" (it need not be verified for one person). Then {_AGAIN}.'
        )
    return LoginNeeded(
        f"Google ended the login of {account.address}: you changed the password, took the permission back, or it was "
        f"not used for six months. Connect it again: {_AGAIN}."
    )


def _wait(answer: Answered, now: datetime, otherwise: timedelta) -> timedelta:
    """How long Google wants to be left alone: in a header, or for a mailbox in words."""
    said = _RETRY.search(answer.body.decode("utf-8", "replace"))
    header = answer.headers.get("retry-after", "")
    wanted = otherwise
    try:
        if header.isascii() and header.isdigit():
            wanted = timedelta(seconds=min(int(header[:9]), 86_400))
        elif header:
            wanted = parsedate_to_datetime(header) - now
        elif said:
            wanted = datetime.fromisoformat(said[1]).replace(tzinfo=UTC) - now
    except (ValueError, TypeError, OverflowError):
        pass
    return max(_SHORTEST_WAIT, min(wanted, _LONGEST_WAIT))


def _reasons(body: bytes) -> Iterator[str]:
    """Whatever the error calls a reason or a status, in lower case; Google has more than one way to write it."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    yield from _named(said, _DEEPEST)


def _named(said: object, deep: int) -> Iterator[str]:
    if isinstance(said, dict) and deep:
        known = cast("dict[str, object]", said)
        yield from (str(known[name]).lower() for name in ("reason", "status") if isinstance(known.get(name), str))
        for name in ("error", "errors", "details"):
            yield from _named(known.get(name), deep - 1)
    elif isinstance(said, list) and deep:
        for one in cast("list[object]", said)[:20]:
            yield from _named(one, deep - 1)
