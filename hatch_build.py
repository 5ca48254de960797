"""Adds what is not Python to the wheel: the vault's template, the shipped configuration, the skills.

The template is a list, `config/vault-template.txt`, never a look into `vault/`: a private note that lies
there by mistake must not end up in a release. `daemon/core/resources.py` finds the files at run time.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = "daemon/_data"


class CustomBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        template = _template_files(root)
        if self.target_name == "sdist":
            build_data["force_include"].update({str(root / name): name for name in template})
            return
        shipped = [
            *template,
            *_files(root, "config/*.toml"),
            *_files(root, "config/demo/**/*"),
            *_files(root, "config/invoice/**/*"),
            "config/vault-template.txt",
            *_files(root, "skills/*/**/*"),
        ]
        build_data["force_include"].update({str(root / name): f"{DATA}/{name}" for name in shipped})


def _template_files(root: Path) -> list[str]:
    listed = (root / "config" / "vault-template.txt").read_text(encoding="utf-8").split("\n")
    return [f"vault/{name}" for name in listed if name]


def _files(root: Path, pattern: str) -> list[str]:
    found = (path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(root).as_posix() for path in found)
