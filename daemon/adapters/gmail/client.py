"""One login to one Gmail account: each request once, in a bounded time, with errors that say who must react."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import SplitResult, urlsplit

from daemon.adapters.gmail.line import Answered, Bound, Dropped, Line, TooMuch, Unreached
from daemon.adapters.gmail.troubles import Failing, of_answer, of_login
from daemon.core.errors import Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.settings import Gmail

if TYPE_CHECKING:
    from google.auth.transport import Request
    from google.oauth2.credentials import Credentials
    from httplib2 import Response

Json = Mapping[str, object]
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_NO_ANSWER = "Gmail did not answer; I try again"
NONSENSE = "what answered is not Gmail: it makes no sense; I try again"
_UNREACHED = "I cannot reach Gmail: no network, or Google is away; I try again"
_RAW = re.compile(rb'"raw"\s*:\s*"([A-Za-z0-9_-]+)(?="|=|\\u003d|\Z)')
_ROUND = 4_000  # bytes of an answer beside the message


class Resource(Protocol):
    """Google's client: what its parts are called comes from Google's description of the service."""

    def __getattr__(self, name: str) -> Callable[..., Resource]: ...


class Call(Protocol):
    """A request that was not made yet."""

    postproc: Callable[[Response, bytes], object]

    def execute(self) -> object: ...


Make = Callable[[Resource], Resource]  # of a request, from the part of Gmail that belongs to the account: `users()`


class Client:
    """Safe for threads, which wait for each other. Nothing is loaded, and nobody is asked, before the first request.

    When Google asks to be asked less, it is left alone: until then every request is a Transient at once.
    """

    def __init__(self, account: GmailAccount, settings: Gmail) -> None:
        """Raises UserError for addresses to which a login must not be sent."""
        for name in ("api_endpoint", "token_uri"):
            _require_safe(name, getattr(settings, name))
        self._account = account
        self._settings = settings
        self._line = Line(settings.timeout_seconds)
        self._lock = Lock()
        self._made: tuple[Credentials, Resource] | None = None
        self._quiet_until = 0.0

    def ask(self, make: Make, bound: Bound | None = None) -> Json:
        """For what may be asked twice. Raises Transient, UserError, or Refused (404: it is not there).

        `make` takes `users()` of Google's client, as in `lambda users: users.labels().list(userId="me")`.
        """
        with self._asking(bound) as users:
            return _object(cast("Call", make(users)).execute())

    def act(self, make: Make) -> Json:
        """For what must not happen twice. Raises UnknownOutcome when it may have happened, else as `ask`."""
        with self._asking(None) as users:
            call = cast("Call", make(users))
            self._log_in()
            try:
                return _object(call.execute())
            except (Dropped, TooMuch, ValueError, RecursionError) as error:
                raise UnknownOutcome("Gmail was asked, and no answer came that says whether it did it") from error
            except Answered as answer:
                trouble = of_answer(answer, self._account, _now())
                if isinstance(trouble, Failing):
                    raise UnknownOutcome(f"Gmail was asked, and answered with a fault ({answer.status})") from answer
                raise

    def raw(self, remote: str, limit: int) -> bytes:
        """A message as it came, of a larger one its first `limit` bytes. As `ask`; memory for two of them at most."""

        def make(users: Resource) -> Resource:
            asked = users.messages().get(userId="me", id=remote, format="raw", fields="raw")
            cast("Call", asked).postproc = _message
            return asked

        with self._asking(Bound(limit * 4 // 3 + _ROUND, cut=True)) as users:
            return cast("bytes", cast("Call", make(users)).execute())[:limit]

    def close(self) -> None:
        with self._lock:
            self._line.close()

    @contextmanager
    def _asking(self, bound: Bound | None) -> Generator[Resource]:
        """The client, for one request: alone, bounded, and with what goes wrong in our words."""
        with self._lock, self._translated():
            if (rest := self._quiet_until - monotonic()) > 0:
                raise Transient("Google asked me to wait; I do", retry_after=timedelta(seconds=rest))
            self._line.bound = bound or Bound()
            yield self._login()[1]

    @contextmanager
    def _translated(self) -> Generator[None]:
        from google.auth.exceptions import GoogleAuthError

        try:
            yield
        except Answered as answer:
            trouble = of_answer(answer, self._account, _now())
            self._rest(trouble)
            raise trouble from answer
        except GoogleAuthError as refused:
            raise self._refused(refused) from refused
        except Unreached as error:
            raise Transient(_UNREACHED) from error
        except Dropped as error:
            raise Transient(_NO_ANSWER) from error
        except (TooMuch, ValueError, RecursionError) as error:
            raise Transient(NONSENSE) from error

    def _refused(self, refused: Exception) -> Exception:
        said: object = refused.args[1] if len(refused.args) > 1 else None
        if getattr(refused, "retryable", False):
            return Transient("Google's login has trouble of its own; I try again")
        return of_login(said, self._account, _now())

    def _rest(self, trouble: Exception) -> None:
        if isinstance(trouble, Transient) and trouble.retry_after and not isinstance(trouble, Failing):
            self._quiet_until = monotonic() + trouble.retry_after.total_seconds()

    def _log_in(self) -> None:
        """Before an effect, so that what goes wrong while logging in is no doubt about the effect."""
        credentials, _ = self._login()
        if not credentials.valid:
            cast("_Renewed", credentials).refresh(_request(self._line))

    def _login(self) -> tuple[Credentials, Resource]:
        if self._made is None:
            self._made = _opened(self._account, self._settings, self._line)
        return self._made


class _Renewed(Protocol):
    def refresh(self, request: Request) -> None: ...


class _LoggedIn(Protocol):
    """A line that adds a login to what is asked, and renews it."""

    credentials: Credentials

    def request(self, uri: str, method: str, **asked: object) -> tuple[Response, bytes]: ...

    def close(self) -> None: ...


class _Checked:
    """A line with a login, on which everything but success is raised: Google's client would log what came."""

    def __init__(self, line: _LoggedIn) -> None:
        self._line = line
        self.credentials = line.credentials

    def request(self, uri: str, method: str = "GET", **asked: object) -> tuple[Response, bytes]:
        response, body = self._line.request(uri, method, **asked)
        if response.status >= 300:  # noqa: PLR2004 -- RFC 9110, 15.3
            raise Answered(response.status, response, body)
        return response, body

    def close(self) -> None:
        self._line.close()


def _opened(account: GmailAccount, settings: Gmail, line: Line) -> tuple[Credentials, Resource]:
    """A login that renews itself, and the client of `users()`. Importing it takes half a second."""
    import google_auth_httplib2  # pyright: ignore[reportMissingTypeStubs] - there are none
    from google.oauth2.credentials import Credentials
    from googleapiclient import discovery  # pyright: ignore[reportMissingTypeStubs] - there are none

    credentials = Credentials(
        token=None,
        refresh_token=account.refresh_token,
        token_uri=settings.token_uri,
        client_id=account.client_id,
        client_secret=account.client_secret,
    )
    http = _Checked(cast("_LoggedIn", google_auth_httplib2.AuthorizedHttp(credentials, line)))
    build = cast("Callable[..., Resource]", discovery.build)  # pyright: ignore[reportUnknownMemberType]
    service = build(
        "gmail",
        "v1",
        http=http,
        static_discovery=True,
        cache_discovery=False,  # it would say in the log that it cannot
        client_options={"api_endpoint": settings.api_endpoint},
    )
    return credentials, service.users()


def _request(line: Line) -> Request:
    """How a login asks for a new token."""
    import google_auth_httplib2  # pyright: ignore[reportMissingTypeStubs] - there are none

    return google_auth_httplib2.Request(line)


def _require_safe(name: str, url: str) -> None:
    if not _safe(url):
        raise UserError(
            f"[gmail] {name} has to be an address that begins with https://: your login is sent there.", exit_code=78
        )


def _safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port or 1) > 0 and _private(parts)
    except ValueError:
        return False


def _private(parts: SplitResult) -> bool:
    """Whether nobody on the way can read what is sent."""
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


def _object(said: object) -> Json:
    """Raises ValueError for anything else. Some requests are answered with nothing."""
    if said in (None, "", b""):
        return {}
    if not isinstance(said, dict):
        raise ValueError("not an object")  # noqa: TRY004 -- what came, not what was given to us
    return cast("Json", said)


def _message(response: Response, body: bytes) -> bytes:
    """The message in an answer, of which the end may be missing. Without padding, or with it (RFC 4648, 5)."""
    del response
    found = _RAW.search(body)
    if not found:
        raise ValueError("no message")
    whole = found[1].rstrip(b"=")
    whole = whole[: len(whole) - (len(whole) % 4 == 1)]  # a last sign alone says nothing
    try:
        return base64.b64decode(whole + b"=" * (-len(whole) % 4), altchars=b"-_")
    except binascii.Error as error:
        raise ValueError("no message") from error


def _now() -> datetime:
    return datetime.now(UTC)
