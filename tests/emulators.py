"""Google as others wrote it to be tested against: `emulate` from npm, one server for all tests, a person for each.

It asks for no scopes, keeps history for ever, has no profile, knows few searches, and listens to the whole network: it
runs as short as a test run.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.settings import Gmail
from tests.factories import settings
from tests.oauth import CLIENT_ID, CLIENT_SECRET, MODIFY

ROOT = Path(__file__).parents[1]
LOCAL = ROOT / "node_modules" / ".bin" / "emulate"
EMULATE = str(LOCAL) if LOCAL.exists() else shutil.which("emulate")
MISSING = "Google's emulator is not installed: npm install --no-save emulate@0.11.2"
PEOPLE = 200
BACK = "http://127.0.0.1/"
_PATIENCE = 60.0


class Emulator:
    """Ended by its pid."""

    def __init__(self, folder: Path) -> None:
        assert EMULATE
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "name": "AI Employee",
            "redirect_uris": [BACK],
        }
        people = [{"email": f"anna{number}@company.example", "name": "Anna"} for number in range(PEOPLE)]
        (folder / "seed.json").write_text(json.dumps({"google": {"users": people, "oauth_clients": [client]}}))
        port = _free()
        self.url = f"http://127.0.0.1:{port}"
        command = [EMULATE, "--service", "google", "-p", str(port), "--seed", str(folder / "seed.json")]
        with (folder / "log").open("wb") as log:
            self._running = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self._log = folder / "log"
        self._numbers = count()
        self._wait()

    def settings(self, **changes: Any) -> Gmail:
        """The shipped settings, with Google here."""
        here: dict[str, object] = {
            "api_endpoint": self.url,
            "auth_uri": f"{self.url}/o/oauth2/v2/auth",
            "token_uri": f"{self.url}/oauth2/token",
        }
        return settings(gmail=here | changes).gmail

    def mailbox(self) -> EmulatedMailbox:
        """Of a person whom no other test knows; all they ever had is one old mail."""
        address = f"anna{next(self._numbers)}@company.example"
        said = self._login(address)
        account = GmailAccount(
            address=address,
            connected_at=datetime.now(UTC),
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            refresh_token=said["refresh_token"],
            scopes=(MODIFY,),
        )
        return EmulatedMailbox(self.url, account, said["access_token"])

    def close(self) -> None:
        self._running.terminate()
        self._running.communicate(timeout=30)

    def _login(self, address: str) -> dict[str, Any]:
        """The person says yes on Google's page."""
        form = {"email": address, "redirect_uri": BACK, "scope": MODIFY, "client_id": CLIENT_ID}
        asking = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        asking.request("POST", "/o/oauth2/v2/auth/callback", urlencode(form), headers)
        code = parse_qs(urlsplit(asking.getresponse().headers["location"]).query)["code"][0]
        asking.close()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        with urlopen(Request(f"{self.url}/oauth2/token", urlencode(form).encode()), timeout=30) as answer:
            said: dict[str, Any] = json.loads(answer.read())
        return said

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._running.poll() is None:
            with suppress(OSError, HTTPException), urlopen(f"{self.url}/oauth2/v3/certs", timeout=5):
                return
            time.sleep(0.05)
        pytest.fail(f"the emulator does not start: {self._log.read_text(errors='replace')}")


class EmulatedMailbox:
    """One person's, with the hands of the world and of the person."""

    def __init__(self, url: str, account: GmailAccount, token: str) -> None:
        self.account = account
        self._url = f"{url}/gmail/v1/users/me"
        self._token = token

    def put(self, data: bytes, labels: Iterable[str], at: datetime) -> str:
        """A message is in the mailbox, with labels by their ids. Gives its name."""
        message = {"raw": base64.urlsafe_b64encode(data).decode().rstrip("="), "labelIds": list(labels)}
        said = self.ask("messages", message | {"internalDate": str(int(at.timestamp() * 1000))})
        return str(said["id"])

    def sent(self) -> list[bytes]:
        """What left, the newest first."""
        listed = self.ask("messages?labelIds=SENT").get("messages", [])
        return [self.raw(each["id"]) for each in listed]

    def raw(self, message: str) -> bytes:
        return base64.urlsafe_b64decode(self.ask(f"messages/{message}?format=raw")["raw"] + "==")

    def labels(self, message: str) -> set[str]:
        """By name."""
        names = {each["id"]: each["name"] for each in self.ask("labels")["labels"]}
        return {names.get(each, each) for each in self.ask(f"messages/{message}?format=minimal")["labelIds"]}

    def label(self, message: str, name: str) -> None:
        known = {each["name"]: each["id"] for each in self.ask("labels")["labels"]}
        label = known.get(name) or self.ask("labels", {"name": name})["id"]
        self.ask(f"messages/{message}/modify", {"addLabelIds": [label]})

    def delete(self, message: str) -> None:
        self.ask("messages/batchDelete", {"ids": [message]})

    def ask(self, about: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        with urlopen(Request(f"{self._url}/{about}", data, headers), timeout=30) as answer:
            said: dict[str, Any] = json.loads(answer.read() or b"{}")
        return said


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def require() -> None:
    """Skips the test, or fails it where everything has to be there."""
    if EMULATE is None:
        assert not os.environ.get("EMPLOYEE_REQUIRE_SERVICES"), MISSING
        pytest.skip(MISSING)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One for all tests; each takes a mailbox of its own."""
    require()
    running = Emulator(tmp_path_factory.mktemp("emulate"))
    yield running
    running.close()


__all__: Sequence[str] = ("MISSING", "EmulatedMailbox", "Emulator", "emulator", "require")
