"""Logging in to Google, through a real Google on this computer and a real browser's requests."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from daemon.adapters.gmail import oauth
from daemon.adapters.gmail.oauth import Google, Redirect, Refused
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.consent import MODIFY, READ_ONLY, App, NotOurs, Question
from tests.google import GoogleServer, Mode
from tests.oauth import CLIENT_ID, CLIENT_SECRET
from tests.providers import nobody

APP = App(CLIENT_ID, CLIENT_SECRET)
SOON, LATE = timedelta(seconds=20), timedelta(milliseconds=50)


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    made = GoogleServer()
    yield made
    made.close()


@pytest.fixture
def google(server: GoogleServer) -> Google:
    return Google(server.settings())


def visit(address: str) -> tuple[int, str]:
    """What a browser shows, and where it went on to."""
    try:
        with urlopen(address, timeout=20) as page:
            return page.status, page.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def allowed(server: GoogleServer, scope: str = MODIFY) -> tuple[Question, str]:
    """A question with the code that the person's yes made."""
    with Redirect(APP, scope) as page:
        visit(page.question.address(server.auth_uri))
        return page.question, page.code(SOON)


def test_a_yes_in_the_browser_becomes_a_lasting_permission(server: GoogleServer, google: Google) -> None:
    grant = google.grant(*allowed(server))
    assert (grant.scope, grant.ends) == (MODIFY, None)
    assert grant.refresh in server.oauth.refresh_tokens
    assert "1//" not in repr(grant)


def test_the_browser_is_told_to_go_back_to_the_terminal(server: GoogleServer) -> None:
    with Redirect(APP, MODIFY) as page:
        status, text = visit(page.question.address(server.auth_uri))
    assert (status, "you can close this page" in text) == (200, True)


def test_a_code_without_its_verifier_is_worth_nothing(server: GoogleServer, google: Google) -> None:
    asked, code = allowed(server)
    stolen = oauth.question(APP, MODIFY, int(asked.redirect.strip("/").rpartition(":")[2]))
    with pytest.raises(Refused, match="counts once"):
        google.grant(stolen, code)


def test_a_code_counts_once(server: GoogleServer, google: Google) -> None:
    asked, code = allowed(server)
    google.grant(asked, code)
    with pytest.raises(Refused, match="counts once"):
        google.grant(asked, code)


def test_a_no_in_the_browser_is_told(server: GoogleServer) -> None:
    server.oauth.denies = True
    with Redirect(APP, MODIFY) as page:
        visit(page.question.address(server.auth_uri))
        with pytest.raises(UserError, match="you did not allow it"):
            page.code(SOON)


def test_strangers_at_the_door_are_turned_away_and_the_wait_goes_on(server: GoogleServer) -> None:
    with Redirect(APP, MODIFY) as page:
        door = page.question.redirect
        strangers = [
            visit(f"{door}favicon.ico"),
            visit(door),
            visit(f"{door}?state=guessed&code=forged"),
            visit(f"{door}?state=guessed&error=access_denied"),
        ]
        silent = socket.create_connection(("127.0.0.1", int(door.strip("/").rpartition(":")[2])))
        visit(page.question.address(server.auth_uri))
        assert page.code(SOON).startswith("4/code")
        silent.close()
    assert [status for status, _ in strangers] == [404, 404, 404, 404]


def test_a_second_answer_changes_nothing(server: GoogleServer) -> None:
    with Redirect(APP, MODIFY) as page:
        visit(page.question.address(server.auth_uri))
        visit(f"{page.question.redirect}?state={page.question.state}&code=second")
        assert page.code(SOON) == "4/code-1"


def test_only_get_is_answered(server: GoogleServer) -> None:
    with Redirect(APP, MODIFY) as page:
        line = HTTPConnection("127.0.0.1", int(page.question.redirect.strip("/").rpartition(":")[2]), timeout=20)
        line.request("POST", f"/?state={page.question.state}&code=posted")
        assert line.getresponse().status == 501
        line.close()
        with pytest.raises(UserError, match="Nobody allowed it"):
            page.code(LATE)
    assert server.requests == []


def test_nobody_coming_in_time_ends_the_wait_and_closes_the_page() -> None:
    with Redirect(APP, MODIFY) as page, pytest.raises(UserError, match="--no-browser"):
        page.code(LATE)
    with pytest.raises(OSError, match="refused"):
        urlopen(page.question.redirect, timeout=20)


def test_the_page_is_seen_by_this_computer_only() -> None:
    with Redirect(APP, MODIFY) as page, pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", int(page.question.redirect.strip("/").rpartition(":")[2])))


def test_each_question_is_another() -> None:
    first, second = oauth.question(APP, MODIFY, 1), oauth.question(APP, MODIFY, 1)
    assert len({first.state, second.state, first.verifier, second.verifier}) == 4
    assert 43 <= len(first.verifier) <= 128
    with pytest.raises(NotOurs):
        second.code(f"?state={first.state}&code=a")


def test_an_app_in_testing_says_when_its_permission_ends(server: GoogleServer, google: Google) -> None:
    server.oauth.testing = True
    ends = google.grant(*allowed(server)).ends
    assert ends is not None
    assert ends.days == 6


def test_what_was_ticked_is_what_was_granted(server: GoogleServer, google: Google) -> None:
    server.oauth.grants = (READ_ONLY,)
    assert google.grant(*allowed(server)).scope == READ_ONLY


def test_a_wrong_secret_is_told(server: GoogleServer, google: Google) -> None:
    asked, code = allowed(server)
    wrong = Question(App(CLIENT_ID, "GOCSPX-canary"), asked.scope, asked.redirect, asked.state, asked.verifier)
    with pytest.raises(Refused, match="Copy client ID and secret once more") as refused:
        google.grant(wrong, code)
    assert "canary" not in str(refused.value)


def test_a_permission_can_be_given_back_also_when_google_knows_it_no_more(server: GoogleServer, google: Google) -> None:
    account = server.account()
    google.revoke(account)
    google.revoke(account)
    assert server.oauth.refresh_tokens == {}
    assert len(server.asked("revoke")) == 2


@pytest.mark.parametrize("mode", ["429", "500", "503", "drop", "garbage", "huge"])
def test_trouble_that_passes_is_transient_and_bounded(server: GoogleServer, google: Google, mode: Mode) -> None:
    asked, code = allowed(server)
    server.fails("token", mode)
    with pytest.raises(Transient):
        google.grant(asked, code)
    assert server.poured < 16 << 20


def test_a_google_that_says_nothing_is_not_waited_for(server: GoogleServer) -> None:
    asked, code = allowed(server)
    server.fails("token", "hang")
    with pytest.raises(Transient, match="did not answer in time"):
        Google(server.settings(), timedelta(seconds=0.2)).grant(asked, code)


def test_no_google_at_all(server: GoogleServer) -> None:
    asked, code = allowed(server)
    with pytest.raises(Transient, match="is this computer on the internet"):
        Google(server.settings(token_uri=f"{nobody()}/token")).grant(asked, code)


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "http://oauth2.example/token", "ftp://127.0.0.1/token", "token"]
)
def test_a_login_goes_nowhere_unencrypted(server: GoogleServer, where: str) -> None:
    with pytest.raises(UserError, match=r"\[gmail\] in your settings") as refused:
        Google(server.settings(token_uri=where)).grant(oauth.question(APP, MODIFY, 1), "code")
    assert refused.value.exit_code == 78


def test_a_login_goes_to_no_other_address(server: GoogleServer) -> None:
    elsewhere = f"{server.auth_uri}?client_id={CLIENT_ID}&response_type=code&scope=a&redirect_uri={server.token_uri}"
    asked, code = allowed(server)
    with pytest.raises(Refused):
        Google(server.settings(token_uri=elsewhere)).grant(asked, code)
    assert server.asked("token") == []
