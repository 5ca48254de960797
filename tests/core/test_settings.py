"""Settings: the shipped files are the manual, and every mistake is told at once, with its place."""

from __future__ import annotations

import pytest

from daemon.core import layers, resources
from daemon.core.errors import UserError
from daemon.core.layers import Layer
from daemon.core.settings import build, keys
from tests.factories import settings

SHIPPED = ("default.toml", "policy.toml", "schedule.toml")
OPTIONAL = {"approval.hold_seconds", "approval.daily_cap"}


def shipped_text() -> str:
    return "\n".join(resources.config_file(name).read_text(encoding="utf-8") for name in SHIPPED)


def test_shipped_files_name_every_key_and_no_other() -> None:
    shipped = [layers.parse(name, resources.config_file(name).read_text(encoding="utf-8")) for name in SHIPPED]
    known = set(keys())
    named = {path for layer in shipped for path in layers.paths(layer.table)} & known
    assert named | OPTIONAL == known


def test_every_key_or_its_table_has_a_comment() -> None:
    tables = [table.splitlines() for table in shipped_text().split("\n[")[1:]]
    silent = [
        table[0] for table in tables if "#" not in table[0] and any("#" not in line for line in table[1:] if line)
    ]
    assert silent == []


def test_environment_wins_over_the_files() -> None:
    layer = layers.from_environment({"EMPLOYEE_INBOX__SETTLE_SECONDS": "0.5", "EMPLOYEE_HOME": "/x", "PATH": "/bin"})
    assert layer.table == {"inbox": {"settle_seconds": 0.5}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMPLOYEE_VAULT__PATH", "/vault"),
        ("EMPLOYEE_VAULT__TIMEZONE", "Europe/Berlin"),
        ("EMPLOYEE_INBOX__SETTLE_SECONDS", "0"),
        ("EMPLOYEE_INBOX__RESCAN_SECONDS", "1"),
        ("EMPLOYEE_APPROVAL__HOLD_SECONDS", "0"),
        ("EMPLOYEE_APPROVAL__EXPIRES_HOURS", "1"),
        ("EMPLOYEE_APPROVAL__DAILY_CAP", "0"),
        ("EMPLOYEE_LLM__OFFLINE", "true"),
        ("EMPLOYEE_BUDGET__DAILY_USD", "1"),
        ("EMPLOYEE_GMAIL__ENABLED", "false"),
        ("EMPLOYEE_API__PORT", "8080"),
    ],
)
def test_key_that_scripts_set_is_known(name: str, value: str) -> None:
    assert settings(**layers.from_environment({name: value}).table)


def test_all_problems_are_told_at_once_with_the_nearest_key() -> None:
    with pytest.raises(UserError) as raised:
        settings(inbox={"setle_seconds": 1, "rescan_seconds": "often"}, nonsense={"a": 1})
    assert raised.value.exit_code == 78
    assert len(raised.value.problems) == 3
    assert any("did you mean inbox.settle_seconds?" in problem for problem in raised.value.problems)
    assert all(problem.startswith("test: ") for problem in raised.value.problems)


def test_unknown_time_zone_is_explained() -> None:
    with pytest.raises(UserError, match="write one like Europe/Berlin"):
        settings(vault={"timezone": "Berlin"})


@pytest.mark.parametrize("name", ["anthropic", "local"])
def test_a_password_in_an_address_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(UserError) as raised:
        settings(llm={name: {"base_url": "http://me:canary@127.0.0.1:8000/v1"}})
    assert raised.value.exit_code == 78
    (problem,) = raised.value.problems
    assert f"llm.{name}.base_url is not right: an address holds no user and no password" in problem
    assert "canary" not in f"{problem} {raised.value.__cause__}"


def test_broken_toml_is_told_with_its_line() -> None:
    with pytest.raises(UserError, match=r"mine\.toml is not valid TOML: .*line 2"):
        layers.parse("mine.toml", "[inbox]\nsettle_seconds = = 1\n")


def test_one_hold_time_replaces_the_table() -> None:
    assert settings(approval={"hold_seconds": 5}).hold("email.reply").total_seconds() == 5
    assert settings().hold("email.reply").total_seconds() == 60
    assert settings().hold("an.action.of.tomorrow").total_seconds() == 60


def test_laying_over_changes_no_layer() -> None:
    lower = Layer("a", {"x": {"y": 1}})
    layers.merged([lower, Layer("b", {"x": {"y": 2}})])
    assert lower.table == {"x": {"y": 1}}


def test_later_layers_win_key_by_key() -> None:
    merged = layers.merged([Layer("a", {"x": {"y": 1, "z": 1}}), Layer("b", {"x": {"y": 2}})])
    assert merged == {"x": {"y": 2, "z": 1}}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('[policy.cap]\n"email.reply" = -1', "line 2: policy.cap.email.reply = -1 is not right"),
        ('[policy.cap]\n\n"email.reply" = "ten"', "line 3: policy.cap.email.reply = "),
        ('[policy.cap]\n"email.reply" = true', "line 2: policy.cap.email.reply = true is not right"),
        ('[policy.cap]\n"email.reply" = 2.5', "line 2: policy.cap.email.reply = 2.5 is not right"),
        ("[policy.cap]\nemail.reply = 5", "line 2: policy.cap.email = .*quotes"),
        ('[policy.cap]\n# a remark\n"email.sned" = 5', "line 3: there is no action email.sned; did you mean"),
        ("[policy.hold]\nemail = 5", "line 2: there is no action email"),
        ('[policy.hold]\n"email.send" = nan', "line 2: policy.hold.email.send"),
        ('[policy.hold]\n"email.send" = -1', "line 2: policy.hold.email.send = -1"),
        ("[policy]\ncap = 5", "line 2: policy.cap = 5 is not right"),
        ('[policy.quiet]\n"call.place" = "20:00-08:00"', "line 2: policy.quiet.call.place"),
        ('[policy.quiet]\n"call.place" = ["20-8"]', "line 2: .*'20-8' is no quiet time"),
        ('[policy.quiet]\n"call.place" = ["Funday"]', "line 2: .*'Funday' is no day of the week"),
        ('[policy.quiet]\n"call.place" = ["08:00-08:00"]', "line 2: .*ends when it begins"),
        ('[policy.quiet]\n"call.place" = ["25:00-26:00"]', "line 2: .*25:00 is no time of the day"),
        ("a = " + "9" * 5000, "is not valid TOML"),
        ("a = " + "[" * 5000, "is not valid TOML"),
    ],
)  # fmt: skip
def test_mistake_in_the_policy_is_told_with_its_line(lines: str, said: str) -> None:
    shipped = [layers.parse(name, resources.config_file(name).read_text(encoding="utf-8")) for name in SHIPPED]
    with pytest.raises(UserError, match=said) as raised:
        build(shipped, [layers.parse("config.toml", lines)])
    assert str(raised.value).startswith("config.toml")
    assert raised.value.exit_code == 78


def test_mistake_in_a_shipped_file_is_not_blamed_on_the_persons_own() -> None:
    shipped = [layers.parse(name, resources.config_file(name).read_text(encoding="utf-8")) for name in SHIPPED]
    broken = layers.parse("policy.toml", shipped[1].text.replace('"email.send" = 50', '"email.send" = -1'))
    own = layers.parse("config.toml", "[policy.cap]\nemail = 3\n")
    with pytest.raises(UserError, match=r"^policy\.toml, line \d+: policy\.cap\.email\.send = -1 "):
        build([shipped[0], broken, shipped[2]], [own])


def test_caps_of_an_action_its_kind_and_everything() -> None:
    own = settings(policy={"cap": {"email": 7, "email.reply": 0, "all": 9}})
    assert [(cap.name, cap.limit) for cap in own.caps("email.reply")] == [("email", 7), ("all", 9)]
    assert [(cap.name, cap.limit) for cap in own.caps("new.thing")] == [("new.thing", 20), ("all", 9)]
