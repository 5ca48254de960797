"""The guidance of the project, as far as it can be counted. Ruff, pyright and import-linter count the rest.

A finding here is a question, not an insult: the lists below may grow, with a reason, in the same change.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PACKAGES = ("daemon", "watchers", "agents")
PLUGINS = ("watchers/*.py", "agents/*.py", "daemon/actions/*.py")

MODULE_LINES, PLUGIN_LINES, FUNCTION_LINES = 400, 200, 50
LONG_FUNCTION, LONG_SHARE = 30, 0.10

# The three boundaries where anything may be caught: a plug-in, a task, the command line. "file:function".
BROAD_EXCEPTS = {
    "daemon/registry.py:_load",
    "daemon/runtime/pace.py:contained",
    "daemon/cli/boundary.py:invoke",
    "daemon/adapters/conversion/worker.py:_read",  # one file: readers of foreign formats raise whatever they like
}

# Who may import which third-party package. One pattern, one module: a change of client stays one file.
ONE_MODULE = {
    "apscheduler": "daemon/core/schedule.py",
    "cryptography": "daemon/adapters/credentials/store.py",
    "filelock": "daemon/adapters/locks.py",
    "frontmatter": "daemon/core/*",
    "genai_prices": "daemon/adapters/llm/*",
    "google_auth_httplib2": "daemon/adapters/gmail/*",
    "googleapiclient": "daemon/adapters/gmail/*",
    "jinja2": "daemon/adapters/*",
    "markitdown": "daemon/adapters/conversion/*",
    "platformdirs": "daemon/places.py",
    "pypdf": "daemon/adapters/conversion/*",
    "reportlab": "daemon/adapters/*",
    "tzlocal": "daemon/adapters/clock.py",
    "watchdog": "daemon/adapters/*",
    "yaml": "daemon/core/*",
}
ONE_PACKAGE = {
    "imapclient": "daemon/adapters/imap/*",
    "pydantic_ai": "daemon/adapters/llm/*",
    "rich": "daemon/cli/*",
    "typer": "daemon/cli/*",
}
ANYWHERE = {"pydantic": "*"}
BROUGHT = {
    "google": "daemon/adapters/gmail/*",  # google.auth, google.oauth2: logins that its clients take from us
    "httplib2": "daemon/adapters/gmail/*",  # by the same
    "httpx2": "daemon/adapters/llm/*",  # by the clients of models, who take their connections from us
}
NO_IMPORT = {"tzdata"}  # data that zoneinfo finds by itself
IMPORT_NAMES = {
    "genai-prices": "genai_prices",
    "google-api-python-client": "googleapiclient",
    "google-auth-httplib2": "google_auth_httplib2",
    "pydantic-ai-slim": "pydantic_ai",
    "python-frontmatter": "frontmatter",
    "pyyaml": "yaml",
}

# What `employee --help` may load beside the standard library.
# rich takes attr where it is; the SMTP server of the tests brings it.
LIGHT = {"typer", "rich", "click", "shellingham", "annotated_doc", "typing_extensions", "attr", "daemon"}

# The clients of mailboxes: only what reads or sends mail loads them.
MAIL = {"google", "googleapiclient", "google_auth_httplib2", "httplib2", "imapclient"}

LICENCES = {
    "MIT",
    "MIT License",
    "MIT-0",
    "MIT-CMU",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD License",
    "3-Clause BSD License",
    "BSD 3-Clause OR Apache-2.0",
    "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 AND CNRI-Python",
    "Apache-2.0 OR BSD-3-Clause",
    "ISC",
    "ISC License (ISCL)",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
    "MPL-2.0",
}
STATED_ELSEWHERE = {
    "colorama": "BSD-3-Clause",  # this and the next two: installed on other systems only
    "httpx2-jsfetch": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "imapclient": "BSD-3-Clause",  # the text in its COPYING; its metadata is silent
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources() -> dict[str, str]:
    """Return the text of every module we ship, by its path."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    assert paths
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def trees() -> dict[str, ast.Module]:
    return {name: ast.parse(text, name) for name, text in sources().items()}


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions() -> dict[str, int]:
    return {
        f"{name}:{node.lineno} {node.name}": length(node)
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    }


def allowed_lines(name: str) -> int:
    return PLUGIN_LINES if any(fnmatch(name, pattern) for pattern in PLUGINS) else MODULE_LINES


def test_modules_are_short() -> None:
    lines = {name: text.count("\n") for name, text in sources().items()}
    assert {name: count for name, count in lines.items() if count > allowed_lines(name)} == {}


def test_functions_are_seen_without_scrolling() -> None:
    assert {name: lines for name, lines in functions().items() if lines > FUNCTION_LINES} == {}


def test_few_functions_are_long() -> None:
    found = functions()
    long = {name: lines for name, lines in found.items() if lines > LONG_FUNCTION}
    assert len(long) <= LONG_SHARE * len(found), long


def broad_excepts(node: ast.AST, function: str = "") -> Iterator[str]:
    """Yield the function of each handler that swallows everything, and of each suppress() that does.

    One that ends in a plain `raise` only tidies up, and lets everything go on.
    """
    if isinstance(node, ast.ExceptHandler) and catches_all(node.type) and ast.unparse(node.body[-1]) != "raise":
        yield function
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
        yield from (function for argument in node.args if catches_all(argument))
    inside = node.name if isinstance(node, Function) else function
    for child in ast.iter_child_nodes(node):
        yield from broad_excepts(child, inside)


def catches_all(caught: ast.expr | None) -> bool:
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(part is None or ast.unparse(part) in {"Exception", "BaseException"} for part in parts)


@pytest.mark.parametrize(
    "code",
    [
        "try: ...\n  except Exception: ...",
        "try: ...\n  except: raise OSError",
        "try: ...\n  except (OSError, BaseException): ...",
        "contextlib.suppress(Exception)",
    ],
)
def test_every_way_to_catch_everything_is_seen(code: str) -> None:
    assert list(broad_excepts(ast.parse(f"def run():\n  {code}"))) == ["run"]


def test_tidying_up_is_not_catching() -> None:
    assert list(broad_excepts(ast.parse("try: ...\nexcept BaseException:\n  tidy()\n  raise"))) == []


def test_everything_is_caught_at_the_named_boundaries_only() -> None:
    found = {f"{name}:{function}" for name, tree in trees().items() for function in broad_excepts(tree)}
    gone = {place for place in BROAD_EXCEPTS - found if place.partition(":")[0] in sources()}
    assert (found - BROAD_EXCEPTS, gone) == (set(), set())


def imports(tree: ast.Module) -> set[str]:
    """Return the top-level packages that a module imports, also inside its functions."""
    plain = (alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    froms = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {name.partition(".")[0] for name in [*plain, *froms]}


def importers() -> dict[str, list[str]]:
    """Return who imports each third-party package."""
    known = sys.stdlib_module_names | set(PACKAGES)
    found: dict[str, list[str]] = {}
    for name, tree in trees().items():
        for package in imports(tree) - known:
            found.setdefault(package, []).append(name)
    return found


def test_third_party_packages_are_imported_where_they_belong() -> None:
    homes = ONE_MODULE | ONE_PACKAGE | ANYWHERE | BROUGHT
    strays = {
        package: [name for name in names if not fnmatch(name, homes.get(package, "nowhere"))]
        for package, names in importers().items()
    }
    assert {package: names for package, names in strays.items() if names} == {}


def test_each_client_is_imported_by_one_module() -> None:
    assert {package: names for package, names in importers().items() if package in ONE_MODULE and names[1:]} == {}


def test_every_dependency_has_its_place() -> None:
    declared = {Requirement(line.partition(";")[0]).name.lower() for line in metadata.requires("ai-employee") or ()}
    placed = ONE_MODULE.keys() | ONE_PACKAGE.keys() | ANYWHERE.keys() | NO_IMPORT
    assert {IMPORT_NAMES.get(name, name) for name in declared} == placed


def test_our_import_names_are_ours() -> None:
    owners = metadata.packages_distributions()
    assert {name: owners[name] for name in PACKAGES if owners.get(name, ["ai-employee"]) != ["ai-employee"]} == {}


def loaded_by(script: str) -> set[str]:
    """Return the top-level modules, other than the standard library's, that `script` makes Python load."""
    report = "import json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-I", "-c", f"{script}\n{report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    tops = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    return {name for name in tops - sys.stdlib_module_names if not name.startswith("_")}


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_by("import daemon.cli") <= LIGHT


@pytest.mark.skipif(len(list((ROOT / "daemon" / "cli").glob("*.py"))) == 1, reason="there is no command yet")
def test_help_loads_nothing_heavy() -> None:
    script = (
        "import contextlib, sys; sys.argv = ['employee', '--help']; from daemon.cli import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )
    assert loaded_by(script) - {"pygments", "markdown_it", "mdurl"} <= LIGHT


@pytest.mark.parametrize("command", ["status", "list", "approve", "costs"])
def test_commands_that_ask_nobody_load_neither_secrets_nor_models(command: str, tmp_path: Path) -> None:
    script = (
        f"import contextlib, os, sys; sys.argv = ['employee', {command!r}, '--vault', {str(tmp_path / 'vault')!r}]\n"
        f"os.environ['EMPLOYEE_HOME'] = {str(tmp_path / 'home')!r}\n"
        "from daemon.cli import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )
    assert ({"cryptography", "pydantic_ai", "genai_prices", "anthropic", "openai"} | MAIL) & loaded_by(script) == set()


def licence(name: str) -> str:
    """Return what a package says of its licence, however it says it."""
    if name in STATED_ELSEWHERE:
        return STATED_ELSEWHERE[name]
    said = metadata.metadata(name)
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if "License" in line]
    stated = [*(said.get_all("License-Expression") or ()), *classified, *(said.get_all("License") or ())]
    return stated[0].partition("\n")[0] if stated else "unknown"


def test_licences_of_all_we_bring_are_known_and_allow_it() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert names
    assert {name: licence(name) for name in names if licence(name) not in LICENCES} == {}


def test_imports_point_down() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
