from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.actions.call_place import Action, Params
from daemon.adapters.outbox import Documents
from daemon.core.errors import Permanent, UserError
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, Effect, Found
from daemon.core.properties import Value
from daemon.vault import Vault
from tests.fakes import NOON

EFFECT = Effect("taaaaaaaaaa-g1.i1", NOON)
CALL = Params(phone="+494012345678", name="Anna Berg", purpose="the offer", due=date(2026, 11, 27))
OPEN = Params(name="Anna Berg")


@pytest.fixture
def action(tmp_path: Path) -> Action:
    vault = Vault(tmp_path)
    vault.make_folders()
    shelf = Documents(vault, "outbox")
    return Action(Channels(mail=None, documents=shelf, outbox=shelf, files=vault, accounting=None))  # pyright: ignore[reportArgumentType]  # these two are not used


def edited(action: Action, call: Params = CALL, **changes: Value) -> Params:
    return action.amend(call, {**action.describe(call).properties, **changes}, "")[0]


def test_the_effect_says_that_nobody_is_called(action: Action) -> None:
    shown = action.describe(CALL)
    assert shown.properties == {"phone": "+494012345678", "due": date(2026, 11, 27)}
    assert shown.effect == (
        (
            "The script below is put into Outbox/ for you to call Anna Berg on +494012345678 about the offer, "
            "on Friday, 27 November 2026"
        ),
        "Nobody is called by this program, and nothing is recorded",
    )


def test_the_file_has_the_number_and_the_script(action: Action, tmp_path: Path) -> None:
    extended = CALL.model_copy(update={"extension": "12"})
    receipt = action.perform(extended, "Hello", EFFECT)
    [file] = (tmp_path / "Outbox").glob("*.txt")
    assert file.name == "Call Anna Berg_taaaaaaaaaa-g1.txt"
    assert file.read_text(encoding="utf-8") == "Anna Berg: +494012345678, extension 12\n\nHello\n"
    assert receipt.outcome == "saved"


def test_the_script_is_as_it_was_approved(action: Action, tmp_path: Path) -> None:
    text = "\t- Say\u00a0hello 👩\u200d👧\n  - Ask"
    action.perform(CALL, text, EFFECT)
    [file] = (tmp_path / "Outbox").glob("*.txt")
    assert file.read_bytes() == f"Anna Berg: +494012345678\n\n{text}\n".encode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "CON", "...", "x" * 100, "Ä: #^[]|"])
def test_no_name_leads_out_of_the_outbox(action: Action, tmp_path: Path, name: str) -> None:
    action.perform(CALL.model_copy(update={"name": name}), "Hello", EFFECT)
    assert len(list((tmp_path / "Outbox").glob("*.txt"))) == 1


def test_what_happened_is_found_again(action: Action) -> None:
    assert action.look_up(CALL, "x", EFFECT) == Absent()
    receipt = action.perform(CALL, "x", EFFECT)
    assert action.look_up(CALL, "x", EFFECT) == Found(receipt)


def test_without_a_number_it_asks_and_does_nothing(action: Action) -> None:
    assert "“phone” is empty" in action.describe(OPEN).effect[0]
    with pytest.raises(UserError, match="“phone” holds no number"):
        edited(action, OPEN)
    with pytest.raises(Permanent, match="no number"):
        action.perform(OPEN, "Hello", EFFECT)


def test_a_number_can_be_filled_in_as_people_write_it(action: Action) -> None:
    assert edited(action, OPEN, phone="+49 (0)40 / 12 34 56-78").phone == "+494012345678"


def test_another_number_has_another_extension(action: Action) -> None:
    extended = CALL.model_copy(update={"extension": "12"})
    assert edited(action, extended, phone="040 7654321") == Params(
        phone="0407654321", name="Anna Berg", purpose="the offer", due=date(2026, 11, 27)
    )


def test_a_call_left_alone_is_the_same(action: Action) -> None:
    assert edited(action) == CALL


@pytest.mark.parametrize(
    "phone", ["110", "112", "0900 123456", "+44 9011 234567", "+882 13 1234567", "call me", "", None]
)
def test_numbers_that_nobody_may_be_asked_to_call_are_refused(action: Action, phone: Value) -> None:
    with pytest.raises(UserError, match="“phone”"):
        edited(action, phone=phone)


@pytest.mark.parametrize("phone", ["112", "0900123456", "tel:1", "+49 40 1"])
def test_nor_may_an_agent_propose_them(phone: str) -> None:
    with pytest.raises(ValidationError):
        Params(phone=phone, name="Anna")


@pytest.mark.parametrize("written", ["+49 30 999999 ext 7", "+49 30 999999, Durchwahl 7", "Tel. +49 30 999999 x7"])
def test_an_extension_is_no_part_of_the_number(action: Action, written: str) -> None:
    params, _ = action.amend(CALL, {"phone": written}, "Hello")
    assert (params.phone, params.extension) == ("+4930999999", "7")


def test_two_numbers_are_none(action: Action) -> None:
    with pytest.raises(UserError, match="holds no number"):
        action.amend(CALL, {"phone": "+49 30 999999 or +49 30 888888"}, "Hello")
