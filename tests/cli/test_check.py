"""`doctor`, `audit`."""

from __future__ import annotations

import json
import sqlite3

from tests.cli.terminal import Terminal


def test_doctor_of_a_fresh_vault_finds_nothing_wrong_and_gives_hints(terminal: Terminal) -> None:
    done = terminal.say("doctor")
    assert done.exit_code == 0, done.stdout
    assert "it is still the example" in done.stdout
    assert "Nothing is wrong." in done.stderr


def test_doctor_as_json_names_every_check(terminal: Terminal) -> None:
    said = terminal.json("doctor")
    assert (said["schema_version"], said["ok"]) == (1, True)
    assert {"Python", "Configuration", "Vault", "Ledger", "Audit", "Plug-ins", "Clock"} <= {
        check["name"] for check in said["checks"]
    }


def test_doctor_shows_where_each_own_setting_comes_from(terminal: Terminal) -> None:
    said = terminal.ok("doctor")
    assert "inbox.settle_seconds = 0 (environment)" in said
    assert "(EMPLOYEE_VAULT)" in said


def test_doctor_without_a_vault_ends_with_3_and_the_remedy(bare: Terminal) -> None:
    done = bare.say("doctor")
    assert done.exit_code == 3
    assert "`employee init`" in done.stdout


def forge(terminal: Terminal) -> None:
    with sqlite3.connect(terminal.home / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE audit SET data = replace(data, 'low', 'high'), at = '2020' WHERE seq = 1")
    ledger.close()


def test_a_changed_record_is_found_and_named(terminal: Terminal) -> None:
    terminal.draft()
    assert "all in place" in terminal.ok("audit", "verify")
    forge(terminal)
    done = terminal.say("audit", "verify")
    assert done.exit_code == 1
    assert "record 1 (ARRIVED" in done.stdout
    assert terminal.json("audit", "verify")["ok"] is False
    assert terminal.say("doctor").exit_code == 3


def test_verify_says_how_far_the_record_is_signed(terminal: Terminal) -> None:
    assert "Nothing is signed yet" in terminal.say("audit", "verify").stderr
    terminal.draft()
    done = terminal.say("audit", "verify")
    assert "Signed up to record" in done.stderr
    assert "in your vault" in done.stderr
    assert "without your key nobody can change that unseen" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Its fingerprint, should you want to note it elsewhere")
    said = terminal.json("audit", "verify")
    assert (said["ok"], said["kind"], said["record"]) == (True, "", None)
    assert said["signed"]["record"] == said["records"]
    assert said["signed"]["heads"] == said["signed"]["copies"] > 0


def test_verify_as_json_names_the_kind_and_the_record(terminal: Terminal) -> None:
    terminal.draft()
    forge(terminal)
    said = terminal.json("audit", "verify")
    assert (said["kind"], said["record"]) == ("changed", 1)


def test_doctor_tells_when_the_vault_lost_its_copy_of_the_signatures(terminal: Terminal) -> None:
    terminal.draft()
    assert "signed up to" in terminal.ok("doctor")
    (terminal.vault / "Audit" / "Signed heads.md").unlink()
    assert "Audit/Signed heads.md lacks the signed head of record" in terminal.ok("doctor")


def test_signatures_gone_from_the_vault_are_missed_and_put_back(terminal: Terminal) -> None:
    terminal.draft()
    (terminal.vault / "Audit" / "Signed heads.md").unlink()
    done = terminal.say("audit", "verify")
    assert (done.exit_code, "The record is whole, but Audit/Signed heads.md lacks" in done.stdout) == (1, True)
    terminal.work()
    assert "all in place" in terminal.ok("audit", "verify")


def test_audit_tail_tells_the_latest_in_words(terminal: Terminal) -> None:
    terminal.draft()
    last = terminal.ok("audit", "tail", "-n", "1")
    assert "a draft was put before you" in last
    assert "came in" not in last
    assert terminal.json("audit", "tail")["records"][0]["kind"] == "ARRIVED"


def test_audit_export_is_one_json_object_a_line(terminal: Terminal) -> None:
    terminal.draft()
    records = [json.loads(line) for line in terminal.ok("audit", "export").splitlines()]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
