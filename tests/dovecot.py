"""A real mail server of its own: Dovecot from Debian, private in all it has, on free ports, ended by its pid.

`running` starts one; a test takes it by a fixture of its own and makes a new user for each case.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from daemon.adapters.imap import connection
from daemon.adapters.imap.client import Client
from daemon.core import settings
from daemon.core.mailboxes.accounts import ImapAccount, Server
from tests.certificates import Authority

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "Dovecot is not installed: apt-get install dovecot-imapd"
NAME = "localhost"  # the one that its certificate is for
PASSWORD = "app-pässword-canary"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
_numbers, _validities = count(1), count(1_900_000_000)
IMAP = settings.Imap(enabled=True, poll_seconds=300, idle=False, timeout_seconds=20, sent="", drafts="")

CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{base}/authority.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{base}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
mail_max_userip_connections = 100
mail_fsync = never
auth_verbose = yes
{more}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{folders}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
NAMED = "".join(
    f"  mailbox {name} {{\n    auto = create\n    special_use = \\{name}\n  }}\n"
    for name in ("Sent", "Drafts", "Archive")
)


@dataclass(frozen=True)
class Dovecot:
    """One running server. Everybody who knows the password is a user, and an address not used before has no mail."""

    base: Path
    port: int
    tls: int

    def account(self, address: str = "", **more: object) -> ImapAccount:
        """A user with an empty mailbox."""
        address = address or f"anna{next(_numbers)}@example.com"
        server = Server(host="127.0.0.1", port=self.port, security="plain")
        said = {"address": address, "user": address, "password": PASSWORD, "imap": server, "connected_at": NOW}
        return ImapAccount.model_validate(said | more)

    def put(self, account: ImapAccount, data: bytes, *, folder: str = "INBOX", flags: Sequence[str] = (),
            at: datetime = NOW) -> None:  # fmt: skip
        """A mail arrives, or is kept in a folder."""
        with connection.opened(account, IMAP) as client:
            as_library(client).append(folder, data, flags, at)

    def fill(self, account: ImapAccount, many: Iterable[bytes]) -> None:
        """Many mails at once, as files of its own."""
        self.put(account, mail("the first one makes the folder"), folder="Drafts")
        home = self.base / "mail" / account.address / "new"
        owner = home.stat()
        for number, data in enumerate(many):
            path = home / f"1700000000.{number:06}.test"
            path.write_bytes(data)
            os.chown(path, owner.st_uid, owner.st_gid)

    def replaced(self, account: ImapAccount, folder: str = "INBOX") -> None:
        """The server numbers the messages of a folder anew (UIDVALIDITY), as after a restored backup."""
        doveadm = ["doveadm", "-c", str(self.base / "conf"), "mailbox", "update", "-u", account.address]
        subprocess.run([*doveadm, "--uid-validity", str(next(_validities)), folder], check=True)

    def said(self) -> str:
        return (self.base / "log").read_text(encoding="utf-8", errors="replace")


def as_library(client: Client) -> Any:
    """The same, as IMAPClient has it: without types."""
    return client


def mail(subject: str = "Opening hours", *, key: str = "", sender: str = "Bob <bob@example.org>",
         text: str = "Are you open on Saturday?", size: int = 0) -> bytes:  # fmt: skip
    """A message as bytes; of at least `size` of them."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "anna@example.com", subject
    message["Date"] = NOW
    message["Message-ID"] = f"<{key or next(_numbers)}@example.org>"
    message.set_content(text + "\n" + ("x" * 70 + "\n") * (size // 71 + bool(size)))
    return message.as_bytes(policy=SMTP)


@contextmanager
def running(*, folders: str = NAMED, more: str = "") -> Generator[Dovecot]:
    """In a folder of a short name, because the paths of sockets have to be short."""
    _require()
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        base = Path(name)
        port, tls = _ports(2)
        _prepare(base, folders=folders, more=more, port=port, tls=tls)
        assert DOVECOT
        process = subprocess.Popen([DOVECOT, "-F", "-c", str(base / "conf")], stderr=subprocess.DEVNULL)
        try:
            _wait(base, port, process)
            yield Dovecot(base, port, tls)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _require() -> None:
    """Skips the test, or fails it where everything has to be there."""
    if DOVECOT is None:
        assert not os.environ.get("EMPLOYEE_REQUIRE_SERVICES"), MISSING
        pytest.skip(MISSING)


def _prepare(base: Path, **values: object) -> None:
    """Its files; root starts it for `nobody`, who owns the mail, and anybody else for themselves."""
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for folder in ("run", "state", "mail"):
        (base / folder).mkdir()
    Authority(base, NAME)
    group = grp.getgrgid(owner.pw_gid).gr_name
    said = {"base": base, "user": owner.pw_name, "group": group, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (base / "conf").write_text(CONFIG.format(**said, **values, password=PASSWORD), encoding="utf-8")
    base.chmod(0o755)
    if os.geteuid() == 0:
        for path in (base, *base.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)


def _ports(many: int) -> list[int]:
    open_ = [socket.create_server(("127.0.0.1", 0)) for _ in range(many)]
    ports = [each.getsockname()[1] for each in open_]
    for each in open_:
        each.close()
    return ports


def _wait(base: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    """It listens once a connection is greeted."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as asked:
            if asked.recv(4) == b"* OK":
                return
        time.sleep(0.05)
    pytest.fail(f"Dovecot does not start: {(base / 'log').read_text(errors='replace')}")
