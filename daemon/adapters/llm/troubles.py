"""What the clients of models raise, in words of ours. Never repeated is what the provider said: it may quote a key."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from pydantic_ai import exceptions as known

from daemon.core.minds import providers
from daemon.core.minds.model import ModelError
from daemon.core.minds.providers import Provider

_LONGEST_WAIT = 86_400.0  # seconds
_NOT_SENT = {"pool", "connect"}
_NO_LINE = {"ConnectError", "ConnectTimeout", "PoolTimeout"}
_NO_REQUEST = {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "UnicodeEncodeError"}  # it was not even begun
_DEEPEST = 10  # causes of causes
_TOO_LARGE = 413
_CATEGORIES = {
    401: known.ModelAuthenticationError,
    402: known.ModelQuotaExceededError,
    403: known.ModelAuthenticationError,
    404: known.ModelNotFoundError,
    429: known.ModelRateLimitError,
    529: known.ModelOverloadedError,
}


@dataclass(frozen=True, slots=True)
class Call:
    """What was tried when it went wrong."""

    provider: Provider
    model: str
    base_url: str
    limit: timedelta


def told(error: BaseException, call: Call) -> ModelError:
    """Whatever was raised, as a trouble and a sentence without a full stop."""
    ours = next((each for each in _causes(error) if isinstance(each, ModelError)), None)
    if ours:
        return ours
    match error:
        case known.ModelRateLimitError() | known.ModelOverloadedError():
            return _busy(error, call)
        case known.ModelTimeoutError() | TimeoutError():
            return _slow(error, call)
        case known.ModelConnectionError():
            return _unreachable(error, call)
        case known.ModelAPIError():
            return _answered(error, call)
        case asyncio.CancelledError() | futures.CancelledError():
            return ModelError("down", f"The program ends before {call.provider.title} answered", charged=True)
        case known.UnexpectedModelBehavior():
            return _strange(call)
        case _:
            return _other(error, call)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error itself, and what it was raised from; some clients raise theirs from whatever they meet."""
    cause: BaseException | None = error
    for _ in range(_DEEPEST):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__


def _stems(error: BaseException, names: set[str]) -> bool:
    return any(type(each).__name__ in names for each in _causes(error))


def _busy(error: known.ModelAPIError, call: Call) -> ModelError:
    wait = None if error.retry_after is None else timedelta(seconds=min(error.retry_after, _LONGEST_WAIT))
    why = "is overloaded" if isinstance(error, known.ModelOverloadedError) else "takes no more requests"
    until = f" for {max(1, round(wait.total_seconds()))} s" if wait else " at the moment"
    return ModelError("busy", f"{call.provider.title} {why}{until}", retry_after=wait, charged=error.in_stream)


def _slow(error: BaseException, call: Call) -> ModelError:
    sentence = f"{call.provider.title} did not answer within {call.limit.total_seconds():g} s"
    if isinstance(error, known.ModelTimeoutError) and error.phase in _NOT_SENT:
        return ModelError("down", f"{call.provider.title} cannot be reached at {call.base_url}")
    return ModelError("slow", sentence, charged=True)


def _unreachable(error: known.ModelConnectionError, call: Call) -> ModelError:
    if error.phase in _NOT_SENT or _stems(error, _NO_REQUEST):
        return ModelError("down", f"{call.provider.title} cannot be reached at {call.base_url}")
    return ModelError("down", f"The connection to {call.provider.title} broke off", charged=True)


def _other(error: BaseException, call: Call) -> ModelError:
    """What the client of one provider raises by itself, outside a question; or a fault in it."""
    status, name = getattr(error, "status_code", None), type(error).__name__
    if isinstance(status, int):
        headers = {key.lower(): value for key, value in cast("Any", error).response.headers.items()}
        category = _CATEGORIES.get(status)
        return told(
            known.ModelHTTPError.for_category(category, status_code=status, model_name="", headers=headers), call
        )
    if name == "APITimeoutError":
        return _slow(error, call)
    if name == "APIConnectionError":
        phase = "connect" if _stems(error, _NO_LINE | _NO_REQUEST) else None
        return _unreachable(known.ModelConnectionError("", name, phase=phase), call)
    sentence = f"The program could not talk to {call.provider.title} ({name})"
    return ModelError("down", sentence, charged=not _stems(error, _NO_REQUEST))


def _answered(error: known.ModelAPIError, call: Call) -> ModelError:
    """A provider that said no."""
    title, status = call.provider.title, getattr(error, "status_code", None)
    if isinstance(error, known.ModelQuotaExceededError):
        return ModelError("login", f"The account at {title} has no credit left, or has reached its limit")
    if isinstance(error, known.ModelAuthenticationError):
        return ModelError("login", _key_refused(call.provider))
    if isinstance(error, known.ModelNotFoundError) and call.model == providers.ANY:
        return ModelError("unknown model", f"{call.base_url} offers no models; does the address have to end in /v1?")
    if isinstance(error, known.ModelNotFoundError):
        return ModelError("unknown model", f"{title} has no model {call.model}")
    if isinstance(error, known.ModelContextWindowExceededError) or status == _TOO_LARGE:
        return ModelError("refused", f"The request is too long for {call.model}")
    if isinstance(error, known.ModelRequestRejectedError) or (status and 400 <= status < 500):  # noqa: PLR2004
        return ModelError("refused", f"{title} did not take the request (status {status})")
    failed = f"{title} failed (status {status})" if status else f"{title} failed"
    return ModelError("down", failed, charged=error.in_stream)


def _key_refused(provider: Provider) -> str:
    if provider == providers.LOCAL:
        return f"Your own server wants a key: `employee secrets set {provider.secret}`"
    return f"{provider.title} does not accept the key; `employee connect {provider.name}` takes another"


def _strange(call: Call) -> ModelError:
    sentence = f"What answers at {call.base_url} does not speak as {call.provider.title} does"
    return ModelError("down", sentence, charged=True)
