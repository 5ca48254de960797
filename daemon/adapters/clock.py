"""The computer's clock."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Event
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SystemClock:
    """The real time; see `daemon.core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic())

    def wait(self, wake: Event, timeout: timedelta) -> None:
        wake.wait(timeout.total_seconds())


def system_zone() -> tzinfo:
    """This computer's time zone with its daylight-saving rules; UTC where it has none set."""
    if zone := _linked_zone():
        return zone
    import tzlocal

    return tzlocal.get_localzone()


def _linked_zone() -> tzinfo | None:
    """What /etc/localtime links to, as on most computers; asking the system in any other way takes 20 ms."""
    name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    if not name or "TZ" in os.environ:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
