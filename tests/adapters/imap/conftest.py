from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import smtp as servers
from tests.adapters.imap.post import Post
from tests.certificates import Authority


@pytest.fixture
def post() -> Iterator[Post]:
    with servers.running() as server:
        yield Post(server, servers.account(server))


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this computer trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority
