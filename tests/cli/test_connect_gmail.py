"""`connect gmail`: a real process, a real browser's requests, a Google on this computer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from daemon.core.mailboxes import accounts
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.consent import MODIFY, READ_ONLY
from tests.cli.terminal import Terminal
from tests.google import GoogleServer, Mode
from tests.oauth import CLIENT_ID, CLIENT_SECRET
from tests.providers import nobody

BROWSER = Path(__file__).with_name("browsing.py")
ADDRESS, SECRET = "me@company.example", "gmail.me-company-example"


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def online(terminal: Terminal, google: GoogleServer, tmp_path: Path) -> Terminal:
    """A terminal with a browser on its screen, where Google is this one."""
    (tmp_path / "client.json").write_text(json.dumps(app()))
    terminal.env |= {
        "DISPLAY": ":0",
        "BROWSER": f"{sys.executable} {BROWSER} %s",
        "EMPLOYEE_GMAIL__API_ENDPOINT": google.url,
        "EMPLOYEE_GMAIL__AUTH_URI": google.auth_uri,
        "EMPLOYEE_GMAIL__TOKEN_URI": google.token_uri,
    }
    return terminal


def app(kind: str = "installed", **changes: str) -> dict[str, Any]:
    return {kind: {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **changes}}


def client(terminal: Terminal) -> str:
    return str(terminal.vault.parent / "client.json")


def connect(terminal: Terminal, *words: str) -> Done:
    running = terminal.process("connect", "gmail", *words, stdin=subprocess.DEVNULL)
    out, err = running.communicate(timeout=60)
    return Done(running.returncode, out, err)


def pasting(terminal: Terminal, *words: str) -> Done:
    """Somebody without a browser here: they visit the address elsewhere, and paste where it ended."""
    with terminal.process("connect", "gmail", *words, stdin=subprocess.PIPE) as running:
        assert running.stderr
        assert running.stdin
        said = ""
        while not (line := running.stderr.readline()).startswith("http"):
            said += line
        running.stdin.write(ended_at(line.strip()) + "\n")
        running.stdin.close()
        said += running.stderr.read()
    return Done(running.returncode, "", said)


class Staying(HTTPRedirectHandler):
    """A browser on another computer: there, nobody listens on 127.0.0.1."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        del args, kwargs


def ended_at(address: str) -> str:
    with pytest.raises(HTTPError) as page:
        build_opener(Staying).open(address, timeout=20)
    with page.value:
        return str(page.value.headers["location"])


def kept(terminal: Terminal) -> list[accounts.Account]:
    opened = terminal.open()
    found = [accounts.read(each.name, each.value) for each in opened.secrets.all()]
    opened.close()
    return found


def secret(account: accounts.Account) -> str:
    assert isinstance(account, GmailAccount)
    return account.refresh_token


def test_a_yes_in_the_browser_connects_the_mailbox(online: Terminal, google: GoogleServer) -> None:
    google.box.aliases = ("sales@company.example",)
    done = connect(online, "--client", client(online))
    assert (done.code, done.out) == (0, "")
    assert f"{ADDRESS} is connected. Its login is kept encrypted" in done.err
    assert "you may delete that file" in done.err
    (account,) = kept(online)
    assert isinstance(account, GmailAccount)
    assert (account.name, account.scopes, account.aliases) == (SECRET, (MODIFY,), ("sales@company.example",))
    assert account.may_send
    assert not any(hidden in done.err for hidden in account.hidden)


def test_the_mailbox_is_looked_into_before_anything_is_stored(online: Terminal, google: GoogleServer) -> None:
    connect(online, "--client", client(online))
    assert [each.endpoint for each in google.asked()] == ["messages.list", "profile", "sendAs.list"]


def test_without_a_browser_the_address_is_pasted(online: Terminal) -> None:
    done = pasting(online, "--no-browser", "--client", client(online))
    assert (done.code, [each.address for each in kept(online)]) == (0, [ADDRESS])
    assert "does not load. That is right" in done.err


def test_over_ssh_no_browser_is_opened(online: Terminal) -> None:
    online.env["SSH_CONNECTION"] = "10.0.0.7 50000 10.0.0.8 22"
    assert pasting(online, "--client", client(online)).code == 0


def test_to_read_only_is_all_that_is_asked_for(online: Terminal) -> None:
    done = connect(online, "--client", client(online), "--read-only")
    assert "It can change nothing there and send nothing." in done.err
    assert "It is only read: approved mails lie in Outbox/" in done.err
    (account,) = kept(online)
    assert isinstance(account, GmailAccount)
    assert (account.scopes, account.may_send) == ((READ_ONLY,), False)


def test_another_mailbox_is_added_with_the_same_app_and_the_same_one_renewed(
    online: Terminal, google: GoogleServer
) -> None:
    connect(online, "--client", client(online))
    google.box.address = "second@company.example"
    assert f"I use the Google app that {ADDRESS} is connected with" in connect(online).err
    first, second = kept(online)
    google.box.address = ADDRESS
    assert "connected again; its old login is forgotten" in connect(online).err
    renewed = {each.address: secret(each) for each in kept(online)}
    assert renewed.keys() == {first.address, second.address}
    assert renewed[ADDRESS] != secret(first)
    assert renewed[second.address] == secret(second)


def test_an_app_in_testing_is_named_at_once(online: Terminal, google: GoogleServer) -> None:
    google.oauth.testing = True
    assert "Google ends this login in 7 days. Publish the app now" in connect(online, "--client", client(online)).err


def test_a_no_on_the_page_stores_nothing(online: Terminal, google: GoogleServer) -> None:
    google.oauth.denies = True
    done = connect(online, "--client", client(online))
    assert (done.code, kept(online)) == (5, [])
    assert "you did not allow it" in done.err
    assert done.err.rstrip().endswith("Nothing was stored.")


def test_a_box_that_was_not_ticked_is_named(online: Terminal, google: GoogleServer) -> None:
    google.oauth.grants = ()
    done = connect(online, "--client", client(online))
    assert (done.code, "tick the box" in done.err, kept(online)) == (5, True, [])


@pytest.mark.parametrize(
    ("fails", "code", "said"),
    [
        (("messages.list", "403-off"), 1, "press Enable"),
        (("messages.list", "500"), 75, "try again later"),
        (("token", "503"), 75, "try again later"),
        (("token", "drop"), 75, "is this computer on the internet?"),
    ],
)
def test_what_cannot_be_tried_is_not_stored(
    online: Terminal, google: GoogleServer, *, fails: tuple[str, Mode], code: int, said: str
) -> None:
    google.fails(*fails)
    done = connect(online, "--client", client(online))
    assert (done.code, said in done.err, kept(online)) == (code, True, [])
    assert "Nothing was stored" in done.err


def test_a_google_that_hides_whose_mailbox_it_is(online: Terminal, google: GoogleServer) -> None:
    google.fails("profile", "404", "404")
    assert "--address ADDRESS" in connect(online, "--client", client(online)).err
    assert connect(online, "--client", client(online), "--address", "Me@Company.example").code == 0
    assert [each.address for each in kept(online)] == [ADDRESS]


def test_addresses_that_google_hides_are_done_without(online: Terminal, google: GoogleServer) -> None:
    google.fails("sendAs.list", "403-scope")
    assert connect(online, "--client", client(online)).code == 0


def test_another_mailbox_than_was_meant_is_refused(online: Terminal) -> None:
    done = connect(online, "--client", client(online), "--address", "anna@example.com")
    assert (done.code, f"You let AI Employee into {ADDRESS}" in done.err, kept(online)) == (2, True, [])


def test_an_old_login_stays_until_the_new_one_works(online: Terminal, google: GoogleServer) -> None:
    connect(online, "--client", client(online))
    before = kept(online)
    google.oauth.denies = True
    connect(online)
    assert kept(online) == before


# --- the Google app


def test_a_wrong_secret_is_told(online: Terminal) -> None:
    Path(client(online)).write_text(json.dumps(app(client_secret="GOCSPX-canary")))
    done = connect(online, "--client", client(online))
    assert (done.code, "its secret is wrong" in done.err, "canary" in done.err) == (5, True, False)


@pytest.mark.parametrize("text", ["", "{}", "no JSON", json.dumps(app("web")), "\udcff\udcfe"])
def test_a_file_that_is_no_desktop_app_is_refused(online: Terminal, google: GoogleServer, text: str) -> None:
    Path(client(online)).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = online.say("connect", "gmail", "--client", client(online))
    assert (done.exit_code, "type Desktop app" in done.stderr) == (1, True)
    assert google.requests == []


def test_a_file_that_is_not_there(online: Terminal) -> None:
    done = online.say("connect", "gmail", "--client", "/nonexistent/client.json")
    assert (done.exit_code, "cannot be read: No such file" in done.stderr) == (2, True)


def test_without_an_app_the_way_to_one_is_named(online: Terminal) -> None:
    done = online.say("connect", "gmail")
    assert (done.exit_code, "--client FILE" in done.stderr) == (4, True)


def test_words_after_the_name_are_not_repeated(online: Terminal) -> None:
    done = online.say("connect", "gmail", "GOCSPX-canary")
    assert (done.exit_code, "canary" in done.output) == (2, False)


# --- odd answers


@pytest.mark.parametrize(
    "pasted", ["", "hello", "http://127.0.0.1:5/?code=4/0abc", "http://127.0.0.1:5/?state=a&code=b"]
)
def test_an_address_of_something_else_is_refused(online: Terminal, google: GoogleServer, pasted: str) -> None:
    done = online.say("connect", "gmail", "--no-browser", "--client", client(online), typed=f"{pasted}\n")
    assert (done.exit_code, "Copy the whole address" in done.stderr, kept(online)) == (5, True, [])
    assert google.asked("token") == []


def test_ctrl_c_leaves_nothing(online: Terminal, google: GoogleServer) -> None:
    online.env["BROWSER"] = f"{sys.executable} -c pass %s"
    running = online.process("connect", "gmail", "--client", client(online), stdin=subprocess.DEVNULL)
    assert running.stderr
    while "Ctrl-C stops" not in running.stderr.readline():
        pass
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert (running.returncode, kept(online), google.requests) == (130, [], [])


# --- what is stored


def test_stored_mailboxes_are_tried_again(online: Terminal, google: GoogleServer) -> None:
    connect(online, "--client", client(online))
    done = online.say("connect", "gmail", "--test")
    assert (done.exit_code, done.stdout) == (0, f"{ADDRESS}: fine; it reads and sends\n")
    google.revoke()
    done = online.say("connect", "gmail", "--test")
    assert (done.exit_code, "Publish app" in done.stdout) == (5, True)
    online.env["EMPLOYEE_GMAIL__TOKEN_URI"] = f"{nobody()}/token"
    assert online.say("connect", "gmail", "--test").exit_code == 75


def test_a_secret_that_is_no_account_is_named(online: Terminal) -> None:
    online.ok("secrets", "set", "gmail.password", typed="canary-5d81c0")
    done = online.say("connect", "gmail", "--test")
    assert (done.exit_code, "gmail.password is no mail account" in done.stderr) == (5, True)
    assert "canary" not in done.output


def test_nothing_to_try(online: Terminal) -> None:
    done = online.say("connect", "gmail", "--test")
    assert (done.exit_code, "`employee connect gmail` connects one" in done.stderr) == (5, True)


def test_a_removed_mailbox_is_forgotten_here_and_at_google(online: Terminal, google: GoogleServer) -> None:
    connect(online, "--client", client(online))
    done = online.say("connect", "gmail", "--remove", "ME@Company.example")
    assert (done.exit_code, kept(online), google.oauth.refresh_tokens) == (0, [], {})
    assert "Google was told" in done.stderr


def test_a_mailbox_is_forgotten_also_when_google_is_away(online: Terminal) -> None:
    connect(online, "--client", client(online))
    online.env["EMPLOYEE_GMAIL__TOKEN_URI"] = f"{nobody()}/token"
    done = online.say("connect", "gmail", "--remove", ADDRESS)
    assert (done.exit_code, kept(online)) == (0, [])
    assert "https://myaccount.google.com/connections" in done.stderr


@pytest.mark.parametrize(("address", "code"), [("anna@example.com", 5), ("nonsense", 1)])
def test_what_is_not_connected_cannot_be_removed(online: Terminal, address: str, code: int) -> None:
    assert online.say("connect", "gmail", "--remove", address).exit_code == code
