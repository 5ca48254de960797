"""Each check finds what it is there for, and names the remedy."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core import resources
from daemon.core.minds.model import ModelError
from daemon.core.minds.question import Unanswered
from daemon.ops import doctor
from daemon.ops.doctor import Subject
from daemon.runtime.heartbeat import Heartbeat
from daemon.runtime.ledger import Ledger
from tests.factories import settings
from tests.house import House
from tests.minds import BEST, FAIR, OWN, FakeModel, question


@pytest.fixture
def subject(house: House) -> Subject:
    places = house.app.places
    return Subject(
        house.app.context,
        vault=places.vault,
        home=places.home,
        config=places.config,
        own_settings={"inbox.settle_seconds = 0": "environment"},
        secrets=house.app.secrets,
        plugins={"agents.mail": ""},
        now=house.clock.now(),
    )


def test_a_sound_installation_has_nothing_wrong(subject: Subject) -> None:
    assert [result for result in doctor.examine(subject) if result.level == "wrong"] == []


def test_plugins_are_counted_as_long_as_none_is_broken(subject: Subject) -> None:
    names = ["watchers.inbox", "agents.mail", "agents.voice", "daemon.actions.email_reply"]
    whole, broken = replace(subject, plugins=dict.fromkeys(names, "")), {"agents.mail": "SyntaxError"}
    assert doctor.plugins(whole)[0].found == "1 watcher, 2 agents, 1 action"
    assert doctor.plugins(replace(subject, plugins=broken))[0].found == "agents.mail: SyntaxError"


def test_everything_wrong_has_a_remedy(subject: Subject, house: House) -> None:
    away = house.root.rename(house.root.with_name("away"))
    subject = replace(subject, plugins={"agents.mail": "SyntaxError"})
    wrong = [result for result in doctor.examine(subject) if result.level == "wrong"]
    away.rename(house.root)
    assert [result.name for result in wrong] == ["Vault", "Plug-ins"]
    assert all(result.remedy for result in wrong)


def test_a_missing_folder_is_named(subject: Subject, house: House) -> None:
    (house.root / "Needs_Review").rmdir()
    assert doctor.vault_there(subject)[0].found.endswith("lacks Needs_Review")


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_a_state_directory_that_others_may_read_is_wrong(subject: Subject) -> None:
    subject.home.chmod(0o755)
    assert doctor.state_directory(subject)[0].remedy == f"chmod 700 {subject.home}"


def test_a_state_directory_around_the_vault_is_wrong(subject: Subject) -> None:
    found = doctor.state_directory(replace(subject, home=subject.vault.parent))
    assert found[0].level == "wrong"


def test_a_vault_of_another_state_directory_is_wrong(subject: Subject, house: House) -> None:
    (house.root / "Dashboard.md").write_text("---\ninstance: iother\n---\n")
    assert "employee adopt" in doctor.owner(subject)[0].remedy


def test_a_clock_that_went_back_is_wrong(subject: Subject, house: House) -> None:
    house.arrive()
    early = replace(subject, now=subject.now - timedelta(days=400))
    assert [doctor.clock(subject)[0].level, doctor.clock(early)[0].level] == ["fine", "wrong"]


def test_a_role_that_vanished_is_wrong_and_one_that_stopped_is_not(subject: Subject) -> None:
    beat = Heartbeat(subject.home / "run", "manager", subject.now)
    beat.beat(subject.now - timedelta(hours=1))
    assert doctor.roles(subject)[0].level == "wrong"
    beat.beat(subject.now - timedelta(hours=1), stopped=True)
    assert doctor.roles(subject)[0].level == "hint"
    beat.beat(subject.now)
    assert doctor.roles(subject)[0].level == "fine"


def test_a_damaged_ledger_is_wrong_and_the_other_checks_go_on(subject: Subject, tmp_path: Path) -> None:
    damage(tmp_path / "ledger.sqlite3")
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    results = doctor.examine(replace(subject, context=replace(subject.context, ledger=ledger)))
    ledger.close()
    found = {result.name: result for result in results}
    assert found["Ledger"].level == "wrong"
    assert found["Plug-ins"].level == "fine"


def damage(path: Path) -> None:
    ledger = Ledger(path)
    ledger.put("some", "long thing" * 5000)
    ledger.close()
    whole = path.read_bytes()
    kept = len(whole) - 3 * 4096  # the file can be opened: only the long thing is damaged
    path.write_bytes(whole[:kept] + b"\xff" * (len(whole) - kept))


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_secrets_that_others_may_read_are_wrong(subject: Subject) -> None:
    assert doctor.secrets(subject)[0].found.startswith("none are stored")
    subject.secrets.put({"gmail.token": "canary-5d81c0"}, subject.now)
    assert doctor.secrets(subject)[0].found.startswith("1 stored, encrypted; their key is ")
    subject.secrets.key_path.chmod(0o444)
    wrong = doctor.secrets(subject)[0]
    assert (wrong.level, "chmod 400" in wrong.found, "canary" in wrong.found) == ("wrong", True, False)


def test_the_example_handbook_is_a_hint_and_a_problem_in_it_too(subject: Subject, house: House) -> None:
    page = house.root / "Company_Handbook.md"
    assert "employee init" in doctor.handbook_read(subject)[0].remedy
    shutil.copy(resources.template_files()["Company_Handbook.md"], page)
    assert "still the example" in doctor.handbook_read(subject)[0].found
    page.write_text("## Contacts\n\n- nobody in particular\n")
    assert doctor.handbook_read(subject)[0].level == "hint"
    page.write_text("## About\n\nBirchwood\n")
    assert doctor.handbook_read(subject)[0].level == "fine"


def test_a_mistyped_heading_of_the_handbook_is_named_with_the_right_one(subject: Subject, house: House) -> None:
    page = house.root / "Company_Handbook.md"
    page.write_text("## About\nUs\n## Nevver\n- cheap\n## Recipes\n- tea\n", encoding="utf-8")
    mistyped, other = doctor.handbook_read(subject)
    assert "Line 3: nothing is read under “## Nevver”" in mistyped.found
    assert "call it “## Never”" in mistyped.remedy
    assert (other.level, "fine for notes of your own" in other.remedy) == ("hint", True)
    (told,) = house.app.status().problems
    assert told.sentence.endswith("nothing is read under “## Nevver”; call it “## Never”")


def test_own_settings_are_shown_with_their_origin(subject: Subject) -> None:
    assert "inbox.settle_seconds = 0 (environment)" in doctor.configuration(subject)[0].found


def test_file_events_are_tried_out_and_nothing_is_left_behind(subject: Subject, house: House) -> None:
    assert "a new file was noticed after" in doctor.file_events(subject)[0].found
    assert list((house.root / "Inbox").iterdir()) == []


def test_one_sync_program_is_named_and_two_are_a_hint(subject: Subject, house: House) -> None:
    (house.root / ".stfolder").mkdir()
    assert doctor.sync(subject)[0].found == "Syncthing seems to sync this vault"
    (house.root / ".sync").mkdir()
    assert doctor.sync(subject)[0].level == "hint"


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_a_ledger_that_others_may_read_is_wrong(subject: Subject) -> None:
    assert doctor.permissions(subject)[0].level == "fine"
    ledger = next(subject.home.glob("*.sqlite3"))
    ledger.chmod(0o644)
    assert doctor.permissions(subject)[0].remedy == f"chmod 600 {ledger}"


@pytest.mark.skipif(os.name == "nt", reason="modes are a matter of POSIX")
def test_a_vault_that_anybody_may_write_is_wrong(subject: Subject, house: House) -> None:
    house.root.chmod(0o777)
    assert doctor.permissions(subject)[0].remedy == f"chmod o-w {house.root}"


def test_no_model_is_a_hint_and_nothing_is_asked(subject: Subject) -> None:
    found = doctor.models(subject)[0]
    assert (found.level, "`employee connect anthropic`" in found.remedy) == ("hint", True)


def test_each_provider_in_use_has_its_line(subject: Subject, house: House) -> None:
    house.app.secrets.put({"anthropic_api_key": "sk-canary"}, house.clock.now())
    mixed = with_models(subject, medium=["openai:gpt-5-mini"])
    assert [(found.level, found.found) for found in doctor.models(mixed)] == [
        ("fine", "anthropic can be asked; `employee connect anthropic --test` does"),
        ("hint", "No key of OpenAI is stored; `employee connect openai` stores it"),
    ]


def test_model_of_your_own_is_enough(subject: Subject) -> None:
    own = with_settings(subject, local={"base_url": "http://127.0.0.1:11434/v1"})
    assert [(each.level, each.remedy) for each in doctor.models(own)] == [("fine", "")]
    named = replace(own, own_settings={'llm.models.medium = ["anthropic:claude-sonnet-5-5"]': "config.toml"})
    assert [each.level for each in doctor.models(named)] == ["fine", "hint"]


def test_provider_whose_last_calls_failed_is_not_called_fine(subject: Subject, house: House) -> None:
    subject.secrets.put({"anthropic_api_key": "a-key"}, subject.now)
    model = FakeModel(ModelError("login", "No."))
    model.absent = {OWN: "none", FAIR: "none", BEST: "none"}
    with pytest.raises(Unanswered):
        house.with_model(model).ask(question())
    (found,) = doctor.models(replace(subject, context=house.app.context))
    assert (found.level, "has refused every question since" in found.found) == ("wrong", True)


def test_a_model_of_nobody_is_wrong(subject: Subject) -> None:
    found = doctor.models(with_models(subject, simple=["claude-haiku-5-5"]))
    assert [(each.level, each.remedy) for each in found] == [("wrong", "correct it in [llm.models]")]


def test_model_that_nobody_knows_the_price_of_is_wrong(subject: Subject) -> None:
    subject.secrets.put({"anthropic_api_key": "a-key"}, subject.now)
    found = doctor.models(with_models(subject, simple=["anthropic:claude-nobody-1"]))
    assert [each.found for each in found if each.level == "wrong"] == [
        "nobody knows what anthropic:claude-nobody-1 costs, so it is never asked"
    ]


def test_prices_of_the_shipped_models_are_known(subject: Subject) -> None:
    subject.secrets.put({"anthropic_api_key": "a-key"}, subject.now)
    assert [each for each in doctor.models(subject) if each.level == "wrong"] == []


def test_switched_off_models_are_fine(subject: Subject) -> None:
    assert doctor.models(with_settings(subject, offline=True))[0].level == "fine"


def with_models(subject: Subject, **tiers: list[str]) -> Subject:
    return with_settings(subject, models=tiers)


def with_settings(subject: Subject, **llm: object) -> Subject:
    return replace(subject, context=replace(subject.context, settings=settings(llm=llm)))


def test_a_vault_that_was_moved_is_named_in_the_settings(subject: Subject, house: House) -> None:
    away = house.root.rename(house.root.with_name("away"))
    remedy = doctor.vault_there(subject)[0].remedy
    away.rename(house.root)
    assert "if you moved it, say where it is: in `[vault] path` of your configuration, or with `--vault PATH`" in remedy


def test_no_key_is_named_that_is_not_there_yet(subject: Subject) -> None:
    subject.secrets.key_path.unlink(missing_ok=True)
    assert "back it up" not in doctor.secrets(subject)[0].found
