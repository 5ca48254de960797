"""A new vault, and one that a person already has."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.core import resources
from daemon.core.errors import UserError
from daemon.ops import init
from daemon.vault import FOLDERS, Vault

TEMPLATE = resources.template_files()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "vault"


def everything(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def old_vault(root: Path) -> dict[str, bytes]:
    """A person's own Obsidian vault, as Obsidian leaves it."""
    own = {
        ".obsidian/app.json": b"{}",
        ".obsidian/workspace.json": b"{}",
        "Diary.md": b"Dear diary",
        "Templates/Task.md": b"my own template",
        "AGENTS.md": b"my own rules",
    }
    made = [(root / name).parent.mkdir(parents=True, exist_ok=True) for name in own]
    written = [(root / name).write_bytes(data) for name, data in own.items()]
    assert len(made) == len(written) == len(own)
    return own


def test_a_new_vault_has_all_folders_and_the_whole_template(root: Path, home: Path) -> None:
    init.apply(init.plan(root, home=home))
    assert everything(root) == {name: source.read_bytes() for name, source in TEMPLATE.items()}
    assert Vault(root).present()
    assert [folder for folder in FOLDERS if not (root / folder).is_dir()] == []
    assert [path for folder in FOLDERS for path in (root / folder).iterdir()] == []


def test_a_plan_lists_what_is_done_and_changes_nothing(root: Path, home: Path) -> None:
    planned = init.plan(root, home=home)
    assert planned.folders == FOLDERS
    assert set(planned.files) == set(TEMPLATE)
    assert (planned.kept, planned.warnings) == ((), ())
    assert not root.exists()


def test_an_empty_folder_will_do(root: Path, home: Path) -> None:
    root.mkdir()
    assert set(init.plan(root, home=home).files) == set(TEMPLATE)


def test_a_second_run_has_nothing_to_do(root: Path, home: Path) -> None:
    init.apply(init.plan(root, home=home))
    planned = init.plan(root, home=home)
    assert (planned.folders, dict(planned.files), planned.warnings) == ((), {}, ())
    assert set(planned.kept) == set(TEMPLATE)


def test_an_existing_vault_keeps_every_file_and_its_settings(root: Path, home: Path) -> None:
    own = old_vault(root)
    planned = init.plan(root, home=home)
    assert set(planned.kept) == {"AGENTS.md", "Templates/Task.md"}
    init.apply(planned)
    found = everything(root)
    assert {name: found[name] for name in own} == own
    settings = {name for name in found if name.startswith(".obsidian/")}
    assert settings == {".obsidian/app.json", ".obsidian/workspace.json"}
    assert found["Help/Start here.md"] == TEMPLATE["Help/Start here.md"].read_bytes()
    assert [folder for folder in FOLDERS if not (root / folder).is_dir()] == []


@pytest.mark.parametrize("written", range(1, len(TEMPLATE), 3))
def test_an_interrupted_run_is_finished_by_the_next(root: Path, home: Path, written: int) -> None:
    vault = Vault(root)
    vault.make_folders()
    begun = [vault.create(name, TEMPLATE[name].read_bytes()) for name in list(TEMPLATE)[:written]]
    assert len(begun) == written
    (root / ".aie-0123456789abcdef.tmp").write_text("half a fi")
    init.apply(init.plan(root, home=home))
    found = everything(root)
    assert found.pop(".aie-0123456789abcdef.tmp") == b"half a fi"
    assert found == {name: source.read_bytes() for name, source in TEMPLATE.items()}


def test_a_file_that_came_between_plan_and_apply_is_kept(root: Path, home: Path) -> None:
    planned = init.plan(root, home=home)
    root.mkdir()
    (root / "AGENTS.md").write_text("mine")
    init.apply(planned)
    assert (root / "AGENTS.md").read_text() == "mine"


def test_own_files_in_a_state_folder_are_pointed_out(root: Path, home: Path) -> None:
    old_vault(root)
    (root / "Inbox").mkdir()
    (root / "Inbox/thought.md").touch()
    (root / "Inbox/.DS_Store").touch()
    (warning,) = init.plan(root, home=home).warnings
    assert warning.startswith("Inbox/ holds 1 of yours; each becomes a task")


def test_a_folder_of_other_things_is_not_turned_into_a_vault(root: Path, home: Path) -> None:
    root.mkdir()
    (root / "holiday.jpg").touch()
    with pytest.raises(UserError, match=r"holds other things \(holiday\.jpg\) .* open it in Obsidian first"):
        init.plan(root, home=home)


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_is_not_a_place_for_a_vault(tmp_path: Path, home: Path, path: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file is a file, not a folder"):
        init.plan(tmp_path / path, home=home)


@pytest.mark.parametrize(("vault", "state"), [("a", "a"), ("a/b", "a"), ("a", "a/b")])
def test_the_vault_and_the_state_never_lie_inside_each_other(tmp_path: Path, vault: str, state: str) -> None:
    with pytest.raises(UserError, match="must not lie inside each other"):
        init.plan(tmp_path / vault, home=tmp_path / state)


def test_a_link_does_not_hide_that_the_vault_lies_in_the_state(tmp_path: Path, home: Path) -> None:
    home.mkdir()
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(UserError, match="must not lie inside each other"):
        init.plan(tmp_path / "link/vault", home=home)


@contextmanager
def somebody_else() -> Generator[None]:
    """Root may write everywhere: for the question who may, be nobody."""
    real = os.getuid()
    os.setreuid(65534, -1)
    try:
        yield
    finally:
        os.setreuid(real, -1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as somebody else")
def test_a_place_where_nobody_may_write_is_refused(root: Path, home: Path) -> None:
    with somebody_else(), pytest.raises(UserError, match="You may not write in"):
        init.plan(root, home=home)


def test_everything_in_the_way_is_named_at_once(root: Path, home: Path, tmp_path: Path) -> None:
    old_vault(root)
    (root / "Done").touch()
    (root / "Help").touch()
    (root / "Inbox").symlink_to(tmp_path)
    with pytest.raises(UserError) as caught:
        init.plan(root, home=home)
    assert [problem.split(",")[0] for problem in caught.value.problems] == [
        "Done is a file",
        "Help is a file",
        "Inbox is a link",
    ]


@pytest.mark.parametrize("mine", [b"# My dashboard\n", b"---\ntags: [home]\n---\n", b'---\ninstance: "\n---\n'])
def test_a_dashboard_of_the_persons_own_is_never_written_over(root: Path, home: Path, mine: bytes) -> None:
    own = old_vault(root) | {"Dashboard.md": mine}
    (root / "Dashboard.md").write_bytes(mine)
    with pytest.raises(UserError, match="is a page of yours"):
        init.plan(root, home=home)
    assert everything(root) == own


def test_a_dashboard_of_ours_is_not_in_the_way(root: Path, home: Path) -> None:
    old_vault(root)
    (root / "Dashboard.md").write_bytes(b"---\ntype: dashboard\ninstance: iabc\n---\n")
    assert "Dashboard.md" not in init.plan(root, home=home).files
