"""The computer's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from threading import Event


class SystemClock:
    """The real time; see `daemon.core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, wake: Event, timeout: timedelta) -> None:
        wake.wait(timeout.total_seconds())


def system_zone() -> tzinfo:
    """This computer's time zone with its daylight-saving rules; UTC where it has none set."""
    import tzlocal

    return tzlocal.get_localzone()
