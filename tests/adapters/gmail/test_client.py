"""The client of one Gmail account: what it does when Google is slow, busy, broken, or does not know it any more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from daemon.adapters.gmail.client import Client, Json, Resource
from daemon.adapters.gmail.line import Answered
from daemon.adapters.gmail.troubles import LoginNeeded, Refused, of_answer, of_login
from daemon.core.errors import Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import GmailAccount
from tests.google import RETRY_AFTER, GoogleServer, Mode
from tests.mailboxes import letter
from tests.oauth import READONLY

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LONG_AGO = timedelta(days=60)
SEND = "messages.send"


@pytest.fixture
def client(google: GoogleServer) -> Iterator[Client]:
    made = Client(google.account(), google.settings())
    yield made
    made.close()


def labels(users: Resource) -> Resource:
    return users.labels().list(userId="me")


def sending(users: Resource) -> Resource:
    return users.messages().send(userId="me", body={"raw": "VG86IGFAZXhhbXBsZS5jb20KCmhp"})


def transient(client: Client) -> Transient:
    with pytest.raises(Transient) as raised:
        client.ask(labels)
    return raised.value


def needs_login(client: Client) -> str:
    with pytest.raises(LoginNeeded) as raised:
        client.ask(labels)
    assert raised.value.exit_code == 5
    return str(raised.value)


# --- what goes well


def test_nobody_is_asked_before_the_first_request(google: GoogleServer, client: Client) -> None:
    assert google.requests == []
    client.ask(labels)
    assert [request.endpoint for request in google.requests] == ["token", "labels.list"]


def test_one_login_serves_many_requests(google: GoogleServer, client: Client) -> None:
    client.ask(labels)
    client.ask(labels)
    assert len(google.asked("token")) == 1


def test_a_token_that_expires_in_the_middle_is_renewed(google: GoogleServer, client: Client) -> None:
    client.ask(labels)
    google.expire_tokens()
    assert client.ask(labels)["labels"]


def test_a_mail_leaves_once_though_the_token_expired(google: GoogleServer, client: Client) -> None:
    client.ask(labels)
    google.expire_tokens()
    client.act(sending)
    assert len(google.accepted) == 1


def test_threads_wait_for_each_other(google: GoogleServer, client: Client) -> None:
    answers: list[Json] = []
    threads = [Thread(target=lambda: answers.append(client.ask(labels))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(google.asked("labels.list")) == 20


# --- Google's moods


@pytest.mark.parametrize("mode", ["500", "503", "drop", "garbage", "huge", "429", "403-rate"])
def test_what_passes_is_transient(google: GoogleServer, client: Client, mode: Mode) -> None:
    google.fails("labels.list", mode, mode)  # over a line that was used before, what is cut is asked once more
    transient(client)


@pytest.mark.parametrize("mode", ["500", "503", "drop", "garbage", "429"])
def test_a_login_that_does_not_work_at_the_moment_is_transient(
    google: GoogleServer, client: Client, mode: Mode
) -> None:
    google.fails("token", mode)
    transient(client)
    assert len(google.asked("token")) == 1


def test_silence_is_transient(google: GoogleServer) -> None:
    client = Client(google.account(), google.settings(timeout_seconds=0.1))
    google.fails("labels.list", "hang")
    transient(client)
    client.close()


def test_no_network_is_transient(google: GoogleServer) -> None:
    client = Client(google.account(), google.settings())
    google.close()
    assert "cannot reach" in str(transient(client))
    client.close()


def test_an_answer_without_an_end_fills_no_memory(google: GoogleServer, client: Client) -> None:
    google.fails("labels.list", "huge")
    transient(client)
    assert google.poured < 50_000_000


@pytest.mark.parametrize("mode", ["429", "403-rate"])
def test_who_asks_to_be_left_alone_is(google: GoogleServer, client: Client, mode: Mode) -> None:
    google.fails("labels.list", mode)
    first, second = transient(client), transient(client)
    assert len(google.asked("labels.list")) == 1
    assert first.retry_after
    assert second.retry_after
    assert second.retry_after <= first.retry_after


def test_the_wait_is_the_one_that_google_names(google: GoogleServer, client: Client) -> None:
    google.fails("labels.list", "429")
    assert transient(client).retry_after == timedelta(seconds=RETRY_AFTER)


@pytest.mark.parametrize("modes", [("drop", "drop"), ("500",), ("garbage",)])
def test_one_failure_is_no_reason_to_leave_everything_alone(
    google: GoogleServer, client: Client, modes: Sequence[Mode]
) -> None:
    """It may be one message that Google cannot give."""
    client.ask(labels)
    google.fails("labels.list", *modes)
    transient(client)
    assert client.ask(labels)


# --- what must not happen twice


@pytest.mark.parametrize(
    "mode", ["500", "503", "drop", "garbage", "huge", "accept-500", "accept-drop", "accept-garbage"]
)
def test_what_may_have_happened_is_unknown_and_asked_once(google: GoogleServer, client: Client, mode: Mode) -> None:
    google.fails(SEND, mode)
    with pytest.raises(UnknownOutcome):
        client.act(sending)
    assert len(google.asked(SEND)) == 1


def test_silence_after_an_order_is_unknown(google: GoogleServer) -> None:
    client = Client(google.account(), google.settings(timeout_seconds=0.1))
    google.fails(SEND, "accept-hang")
    with pytest.raises(UnknownOutcome):
        client.act(sending)
    assert len(google.accepted) == 1
    client.close()


@pytest.mark.parametrize("mode", ["429", "403-rate"])
def test_who_was_asked_to_be_slower_did_not_send(google: GoogleServer, client: Client, mode: Mode) -> None:
    google.fails(SEND, mode)
    with pytest.raises(Transient):
        client.act(sending)


def test_a_refused_order_did_not_happen(google: GoogleServer, client: Client) -> None:
    google.fails(SEND, "400")
    with pytest.raises(Refused) as raised:
        client.act(sending)
    assert raised.value.status == 400


@pytest.mark.parametrize("mode", ["500", "drop"])
def test_a_login_that_fails_before_an_order_is_no_doubt_about_it(
    google: GoogleServer, client: Client, mode: Mode
) -> None:
    google.fails("token", mode)
    with pytest.raises(Transient):
        client.act(sending)
    assert google.asked(SEND) == []


def test_an_order_without_network_did_not_happen(google: GoogleServer, client: Client) -> None:
    client.ask(labels)
    google.close()
    with pytest.raises(Transient):
        client.act(sending)


# --- what the person ends


def test_a_grant_that_ends_within_days_says_to_publish_the_app(google: GoogleServer, client: Client) -> None:
    google.revoke()
    said = needs_login(client)
    assert "Publish the Google app" in said
    assert "`employee connect gmail`" in said


def test_an_old_grant_that_ended_is_given_again(google: GoogleServer) -> None:
    client = Client(google.account(connected_at=datetime.now(UTC) - LONG_AGO), google.settings())
    google.revoke()
    said = needs_login(client)
    assert "Publish" not in said
    assert "`employee connect gmail`" in said
    client.close()


def test_an_app_that_google_does_not_know_any_more(google: GoogleServer) -> None:
    client = Client(google.account(client_secret="another"), google.settings())
    assert "was deleted" in needs_login(client)
    client.close()


def test_a_login_that_is_not_accepted_after_renewing_it(google: GoogleServer, client: Client) -> None:
    google.fails("labels.list", "401", "401", "401")
    assert "Connect it again" in needs_login(client)


def test_a_permission_that_was_not_given(google: GoogleServer) -> None:
    client = Client(google.account(scopes=(READONLY,)), google.settings())
    with pytest.raises(LoginNeeded, match="without the permission"):
        client.act(sending)
    client.close()


def test_an_api_that_is_switched_off(google: GoogleServer, client: Client) -> None:
    google.fails("labels.list", "403-off")
    with pytest.raises(UserError, match="press Enable"):
        client.ask(labels)


@pytest.mark.parametrize("url", ["http://gmail.example.com", "ftp://127.0.0.1", "", "https://", "https://x:99999999/"])
@pytest.mark.parametrize("name", ["api_endpoint", "token_uri"])
def test_a_login_is_not_sent_where_others_can_read_it(google: GoogleServer, name: str, url: str) -> None:
    with pytest.raises(UserError, match=name):
        Client(google.account(), google.settings(**{name: url}))


# --- messages


def test_a_message_that_is_not_there(client: Client) -> None:
    with pytest.raises(Refused) as raised:
        client.raw("18f", 1000)
    assert raised.value.status == 404


@pytest.mark.parametrize("size", range(8))
def test_a_message_of_any_length_comes_whole(google: GoogleServer, client: Client, size: int) -> None:
    """It is coded in fours, and what is missing at the end is filled up, or not."""
    data = letter("Hi") + b"x" * size
    assert client.raw(google.deliver(data), 100_000) == data


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 1000, 49_999, 50_000])
def test_of_a_large_message_only_the_beginning_is_read(google: GoogleServer, client: Client, limit: int) -> None:
    data = letter("x" * 50_000 + "\n" * 3)
    assert client.raw(google.deliver(data), limit) == data[:limit]


@pytest.mark.parametrize("mode", ["garbage", "drop", "503"])
def test_half_a_message_is_none(google: GoogleServer, client: Client, mode: Mode) -> None:
    message = google.deliver(letter("Hi"))
    google.fails("messages.get", mode, mode)
    with pytest.raises(Transient):
        client.raw(message, 1000)


# --- what Google says, in whichever way it says it


ACCOUNT = GmailAccount(
    address="me@company.example",
    connected_at=NOW - LONG_AGO,
    client_id="id",
    client_secret="secret",
    refresh_token="token",
    scopes=(),
)


def answered(status: int, said: object, **headers: str) -> Exception:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return of_answer(Answered(status, named, body), ACCOUNT, NOW)


def wait(status: int, said: object, **headers: str) -> timedelta | None:
    trouble = answered(status, said, **headers)
    assert isinstance(trouble, Transient)
    return trouble.retry_after


def because(reason: str, message: str = "") -> object:
    return {"error": {"code": 403, "message": message, "errors": [{"domain": "usageLimits", "reason": reason}]}}


def test_gmail_names_the_time_in_its_words() -> None:
    """https://github.com/googleapis/google-api-ruby-client/issues/20544"""
    said = because("rateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-11-02T09:15:30.327Z")
    assert wait(403, said) == wait(429, said) == timedelta(minutes=15, seconds=30)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("99999999999999", 3600),
        ("-5", 30),
        ("soon", 30),
        ("\u0667", 30),
        ("Mon, 02 Nov 2026 09:00:20 GMT", 20),
        ("Mon, 02 Nov 2020 09:00:20 GMT", 1),
        ("Mon, 02 Nov 2026 09:00:20", 30),
        ("Mon, 99 Nov 99999999999 09:00:20 GMT", 30),
    ],
)
def test_the_wait_is_reasonable_whatever_is_said(header: str, seconds: int) -> None:
    assert wait(429, {}, retry_after=header) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "said", ["Retry after 9999-12-31T23:59:59Z", "Retry after 2026-99-99T99:99:99Z", "Retry after"]
)
def test_a_time_that_makes_no_sense_is_no_wait_for_ever(said: str) -> None:
    found = wait(429, because("rateLimitExceeded", said))
    assert found
    assert found <= timedelta(hours=1)


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_a_spent_day_is_a_longer_wait(reason: str) -> None:
    assert wait(403, because(reason)) == timedelta(hours=1)


def test_a_quota_that_is_only_named_in_words() -> None:
    """https://github.com/GAM-team/got-your-back/issues/309"""
    said = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service"
    assert wait(403, {"error": {"code": 403, "message": said}})


def test_the_reason_in_the_newer_form() -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
    said = {"error": {"code": 403, "status": "PERMISSION_DENIED", "details": [detail]}}
    assert "without the permission" in str(answered(403, said))


def test_an_administrator_who_forbids_it() -> None:
    assert "administrator" in str(answered(403, because("domainPolicy")))


def test_an_account_without_a_mailbox() -> None:
    assert "no Gmail mailbox" in str(answered(400, because("failedPrecondition", "Mail service not enabled")))


HOSTILE = [
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b"canary",
    b"null",
    b'{"error": "canary"}',
    b'{"error": {"errors": {"reason": []}}}',
    b'{"error": {"message": ["canary"], "errors": [["canary"]], "details": 7}}',
]


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 429, 500, 599])
def test_whatever_comes_is_a_sentence_of_ours(status: int, body: bytes) -> None:
    trouble = answered(status, body)
    assert isinstance(trouble, Transient | UserError | Refused)
    assert "canary" not in str(trouble)


@pytest.mark.parametrize("said", [None, "canary", {}, {"error": {"canary": 1}}, {"error": "canary"}, ["canary"]])
def test_whatever_the_login_says_is_a_sentence_of_ours(said: object) -> None:
    trouble = of_login(said, ACCOUNT, NOW)
    assert isinstance(trouble, Transient | UserError)
    assert "canary" not in str(trouble)
