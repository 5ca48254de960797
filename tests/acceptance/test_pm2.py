"""The real ecosystem.config.js under the real PM2: a killed role comes back, a stopped one stays away."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCAL = ROOT / "node_modules" / ".bin" / "pm2"
PM2 = str(LOCAL) if LOCAL.exists() else shutil.which("pm2")

pytestmark = pytest.mark.integration


class Pm2:
    """One PM2 of its own, with its own folders."""

    def __init__(self, folder: Path) -> None:
        self._environ = {
            **os.environ,
            "PM2_HOME": str(folder / "pm2"),
            "HOME": str(folder),
            "EMPLOYEE_HOME": str(folder / "home"),
            "EMPLOYEE_VAULT": str(folder / "vault"),
        }

    def say(self, *words: str) -> str:
        assert PM2
        ended = subprocess.run(
            [PM2, *words], cwd=ROOT, env=self._environ, capture_output=True, text=True, timeout=60, check=True
        )
        return ended.stdout

    def roles(self) -> dict[str, dict[str, Any]]:
        listed = json.loads(self.say("jlist").splitlines()[-1])
        return {role["name"]: {"pid": role["pid"], "status": role["pm2_env"]["status"]} for role in listed}


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for another process; there is no event to wait on."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def pm2(tmp_path: Path) -> Iterator[Pm2]:
    if PM2 is None:
        assert not os.environ.get("EMPLOYEE_REQUIRE_SERVICES"), "PM2 is required: npm install --no-save pm2"
        pytest.skip("PM2 is not installed: npm install --no-save pm2")
    running = Pm2(tmp_path)
    yield running
    running.say("kill")


def test_killed_role_comes_back_and_a_stopped_one_stays_away(pm2: Pm2, tmp_path: Path) -> None:
    pm2.say("start", "ecosystem.config.js")
    until((tmp_path / "home" / "run" / "manager.json").exists)
    first = pm2.roles()
    assert {role["status"] for role in first.values()} == {"online"}
    os.kill(first["ai-employee-manager"]["pid"], signal.SIGKILL)
    until(lambda: pm2.roles()["ai-employee-manager"]["pid"] not in {0, first["ai-employee-manager"]["pid"]})
    pm2.say("stop", "all")
    assert {role["status"] for role in pm2.roles().values()} == {"stopped"}
