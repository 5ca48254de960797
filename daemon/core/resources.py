"""Where the files are that the program ships: configuration, the vault's template, skills.

In a source checkout they lie beside the `daemon` package, in an installed wheel inside it (`hatch_build.py`
puts them there). Nobody else needs to know which of the two it is.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_INSTALLED = _PACKAGE / "_data"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent


def config_file(name: str) -> Path:
    """Return the shipped configuration file `name`, for example `default.toml`."""
    return _ROOT / "config" / name


def template_files() -> dict[str, Path]:
    """Return the files a new vault starts with, by their name inside the vault (`Help/Start here.md`).

    The list is `config/vault-template.txt`; whatever else lies in the template's folder is never part of a
    vault.
    """
    listed = config_file("vault-template.txt").read_text(encoding="utf-8").split("\n")
    return {name: _ROOT / "vault" / name for name in listed if name}


def demo_file(name: str) -> Path:
    """Return a file of the demo's sample input; `demo_file("inbox")` is the folder of what is dropped."""
    return _ROOT / "config" / "demo" / name


def invoice_file(name: str) -> Path:
    """Return what an invoice is made with: its words, its page as HTML, its fonts."""
    return _ROOT / "config" / "invoice" / name


def skills_folder() -> Path:
    """Return the folder with the shipped skills, one folder each with a `SKILL.md`."""
    return _ROOT / "skills"
