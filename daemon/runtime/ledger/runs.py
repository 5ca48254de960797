"""Runs of planned jobs: one row for each job and planned time, so that no planned time is run twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.core.schedule import Outcome, Plan, Run
from daemon.runtime.ledger.database import Database, Row, maybe, moment, stamp


class Runs:
    """The runs of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def since(self, job: str, start: datetime) -> list[Run]:
        """Those planned for `start` or later, and all that are not over, oldest first."""
        rows = self._db.rows(
            "SELECT * FROM runs WHERE job = ? AND (planned_at >= ? OR outcome IN ('planned', 'running'))"
            " ORDER BY planned_at",
            (job, stamp(start)),
        )
        return [_run(row) for row in rows]

    def claim(self, job: str, planned_at: datetime, patience: timedelta, now: datetime) -> Run | None:
        """Begin a run that is not over and that nobody began within `patience`. None when somebody was quicker."""
        row = {"job": job, "at": stamp(planned_at), "now": stamp(now), "killed": stamp(now - patience)}
        with self._db.transaction():
            won = self._db.execute(
                "INSERT INTO runs(job, planned_at, started_at, outcome, tries) VALUES (:job, :at, :now, 'running', 1)"
                " ON CONFLICT DO UPDATE SET outcome = 'running', started_at = :now, tries = tries + 1"
                " WHERE outcome = 'planned' OR (outcome = 'running' AND started_at NOT BETWEEN :killed AND :now)",
                row,
            )
            found = self._db.row("SELECT * FROM runs WHERE job = ? AND planned_at = ?", (job, row["at"]))
            return _run(found) if won and found else None

    def finish(self, job: str, run: Run, detail: str, now: datetime) -> bool:
        """It is done. False when it took so long that it was begun again."""
        done = "UPDATE runs SET outcome = 'done', finished_at = ?, detail = ?"
        return self._leave(done, (stamp(now), detail), job, run)

    def release(self, job: str, run: Run, detail: str) -> bool:
        """It could not be tried, through nobody's fault: the try does not count, the next look begins it again."""
        back = "UPDATE runs SET outcome = 'planned', started_at = NULL, tries = tries - 1, detail = ?"
        return self._leave(back, (detail,), job, run)

    def settle(self, job: str, plan: Plan, now: datetime) -> None:
        """Record what is over without having been done, what begins now, and the one planned time that comes next."""
        with self._db.transaction():
            if plan.start:  # a kill right after this leaves it to be found
                self._db.execute(
                    "INSERT INTO runs(job, planned_at, outcome) VALUES (?, ?, 'planned') ON CONFLICT DO NOTHING",
                    (job, stamp(plan.start)),
                )
            for at in plan.missed:
                self._over(job, at, Outcome.MISSED, now)
            for at in plan.failed:
                self._over(job, at, Outcome.FAILED, now)
            for at in plan.dropped:
                self._db.execute(
                    "DELETE FROM runs WHERE job = ? AND planned_at = ? AND outcome = 'planned'", (job, stamp(at))
                )
            if plan.next_at:
                self._expect(job, plan.next_at)

    def next(self, now: datetime) -> list[tuple[str, datetime]]:
        """Each job with the time it is planned for next, the soonest first."""
        rows = self._db.rows(
            "SELECT job, planned_at FROM runs WHERE outcome = 'planned' AND planned_at > ? ORDER BY planned_at",
            (stamp(now),),
        )
        return [(row["job"], moment(row["planned_at"])) for row in rows]

    def given_up(self) -> list[tuple[str, datetime]]:
        """Each job with the planned time that failed, as long as it was not done since, planned or by hand."""
        rows = self._db.rows(
            "SELECT job, planned_at FROM runs AS r WHERE outcome = 'failed' AND NOT EXISTS (SELECT 1 FROM runs AS d"
            " WHERE d.job IN (r.job, r.job || ' by hand') AND d.outcome = 'done' AND d.started_at > r.planned_at)"
        )
        return [(row["job"], moment(row["planned_at"])) for row in rows]

    def finished(self, jobs: Sequence[str], start: datetime) -> list[Run]:
        """What ended after `start`: done, missed or failed; oldest first."""
        marks = ", ".join("?" * len(jobs))
        rows = self._db.rows(
            f"SELECT * FROM runs WHERE job IN ({marks}) AND finished_at > ? ORDER BY planned_at",  # noqa: S608
            (*jobs, stamp(start)),
        )
        return [_run(row) for row in rows]

    def last_done(self, jobs: Sequence[str], before: datetime) -> Run | None:
        """The latest one that was done and had begun before `before`."""
        marks = ", ".join("?" * len(jobs))
        row = self._db.row(
            f"SELECT * FROM runs WHERE job IN ({marks}) AND outcome = 'done' AND started_at < ?"  # noqa: S608
            " ORDER BY started_at DESC LIMIT 1",
            (*jobs, stamp(before)),
        )
        return _run(row) if row else None

    def _over(self, job: str, at: datetime, outcome: Outcome, now: datetime) -> None:
        self._db.execute(
            "INSERT INTO runs(job, planned_at, outcome, finished_at) VALUES (:job, :at, :outcome, :now)"
            " ON CONFLICT DO UPDATE SET outcome = :outcome, finished_at = :now WHERE outcome <> 'done'",
            {"job": job, "at": stamp(at), "outcome": outcome.value, "now": stamp(now)},
        )

    def _expect(self, job: str, at: datetime) -> None:
        """One that a clock set forward had gone past is missed no longer."""
        self._db.execute(
            "INSERT INTO runs(job, planned_at, outcome) VALUES (?, ?, 'planned') ON CONFLICT DO UPDATE SET"
            " outcome = 'planned', tries = 0, started_at = NULL, finished_at = NULL"
            " WHERE outcome IN ('missed', 'failed')",
            (job, stamp(at)),
        )

    def _leave(self, change: str, values: tuple[str, ...], job: str, run: Run) -> bool:
        return bool(
            self._db.execute(
                f"{change} WHERE job = ? AND planned_at = ? AND outcome = 'running' AND tries = ?",
                (*values, job, stamp(run.planned_at), run.tries),
            )
        )


def _run(row: Row) -> Run:
    return Run(
        planned_at=moment(row["planned_at"]),
        outcome=Outcome(row["outcome"]),
        tries=row["tries"],
        started_at=maybe(row["started_at"]),
        finished_at=maybe(row["finished_at"]),
        detail=row["detail"],
    )
