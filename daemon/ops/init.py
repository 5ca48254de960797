"""Making a vault: a new folder, or the folders and pages that an existing Obsidian vault lacks.

`plan` looks and decides, `apply` does it. Neither ever changes or removes a file that is there, and a run
that was interrupted is finished by the next one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from daemon.core import resources
from daemon.core.errors import UserError
from daemon.core.ports import NameTaken
from daemon.runtime import dashboard
from daemon.vault import FOLDERS, STATE_FOLDERS, Vault
from daemon.vault.disk import is_temporary

_OBSIDIAN = ".obsidian"


@dataclass(frozen=True, slots=True)
class Plan:
    """What `apply` does to the vault at `root`; paths relative to it.

    `kept` are files of the template that are left as they are there, `warnings` are sentences about what the
    person should know before.
    """

    root: Path
    folders: tuple[str, ...]
    files: Mapping[str, Path]  # name in the vault -> where its content lies
    kept: tuple[str, ...]
    warnings: tuple[str, ...]
    kept_up: bool = False  # AI Employee works in it already
    own_settings: bool = False  # Obsidian has settings of the person's, which lack ours


def plan(root: Path, *, home: Path) -> Plan:
    """Look at `root` and say what a vault there lacks; nothing is changed.

    `home` is the state directory (EMPLOYEE_HOME). Raises `UserError` with everything that stands in the way.
    """
    root = root.expanduser().absolute()
    if problems := [*_wrong_place(root, home.expanduser().absolute()), *_wrong_kind(root)]:
        raise UserError(*problems)
    wanted = _template(root)
    if problems := list(_in_the_way(root, wanted)):
        raise UserError(*problems)
    kept_up = bool(dashboard.instance_of(Vault(root)))
    return Plan(
        root=root,
        folders=tuple(folder for folder in FOLDERS if not (root / folder).is_dir()),
        files={name: source for name, source in wanted.items() if not os.path.lexists(root / name)},
        kept=tuple(name for name in wanted if os.path.lexists(root / name)),
        warnings=() if kept_up else tuple(_warnings(root)),
        kept_up=kept_up,
        own_settings=not all(name in wanted or (root / name).is_file() for name in resources.template_files()),
    )


def apply(planned: Plan) -> None:
    """Make what the plan says. A file that came into being meanwhile is kept."""
    vault = Vault(planned.root)
    vault.make_folders()
    for name, source in planned.files.items():
        with suppress(NameTaken):
            vault.create(name, source.read_bytes())


def _wrong_place(root: Path, home: Path) -> Iterator[str]:
    vault, state = root.resolve(), home.resolve()
    if vault.is_relative_to(state) or state.is_relative_to(vault):
        yield (
            f"The vault {root} and the program's own folder {home} must not lie inside each other: what is "
            "in the vault gets synced. Choose another folder."
        )


def _wrong_kind(root: Path) -> Iterator[str]:
    nearest = next(path for path in (root, *root.parents) if os.path.lexists(path))
    if not nearest.is_dir():
        yield f"{nearest} is a file, not a folder. Choose another folder."
    elif not os.access(nearest, os.W_OK | os.X_OK):
        yield f"You may not write in {nearest}. Choose another folder, or give yourself the right to do so."
    elif nearest == root and not (root / _OBSIDIAN).is_dir() and (foreign := _foreign(root)):
        yield (
            f"{root} holds other things ({', '.join(foreign[:3])}) and is not an Obsidian vault. Choose an "
            "empty or new folder. If it is to be your vault, open it in Obsidian first."
        )


def _in_the_way(root: Path, wanted: Mapping[str, Path]) -> Iterator[str]:
    parents = {parent.as_posix() for name in wanted for parent in Path(name).parents} - {"."}
    for folder in sorted({*FOLDERS, *parents}):
        if (root / folder).is_symlink():
            yield f"{folder} is a link, but must be a real folder of the vault. Rename it."
        elif (root / folder).exists() and not (root / folder).is_dir():
            yield f"{folder} is a file, but the vault needs a folder of this name. Rename it."
    if os.path.lexists(root / dashboard.NAME) and not dashboard.instance_of(Vault(root)):
        yield f"{dashboard.NAME} is a page of yours, and AI Employee keeps its own under this name. Rename yours."


def _warnings(root: Path) -> Iterator[str]:
    """What the person's own files would turn into; nothing for a vault that has all folders already."""
    if all((root / folder).is_dir() for folder in STATE_FOLDERS):
        return
    for folder in STATE_FOLDERS:
        held = sum(1 for entry in (root / folder).glob("*") if not entry.name.startswith("."))
        becomes = "becomes a task" if folder == "Inbox" else "may be moved"
        if held:
            yield f"{folder}/ holds {held} of yours; each {becomes} when AI Employee runs. Move out what must stay."


def _template(root: Path) -> dict[str, Path]:
    """The files of the template; without Obsidian's settings when there are some that are not ours."""
    files = resources.template_files()
    settings = [path for path in (root / _OBSIDIAN).rglob("*") if not (path.is_dir() or is_temporary(path.name))]
    ours = not _foreign(root) and all(_same(files, found, root) for found in settings)
    return {name: source for name, source in files.items() if ours or not name.startswith(f"{_OBSIDIAN}/")}


def _same(files: Mapping[str, Path], found: Path, root: Path) -> bool:
    """Whether a file of the settings is one that an interrupted run of ours wrote."""
    source = files.get(found.relative_to(root).as_posix())
    return source is not None and found.read_bytes() == source.read_bytes()


def _foreign(root: Path) -> list[str]:
    """What lies in the folder and was surely not made by us."""
    if not root.is_dir():
        return []
    made = {*FOLDERS, *(name.partition("/")[0] for name in resources.template_files()), ".DS_Store"}
    names = (entry.name for entry in root.iterdir())
    return sorted(name for name in names if name not in made and not is_temporary(name))
