"""The command-line boundary: every error becomes sentences on stderr and the exit code CONTRACT gives it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from daemon.cli import out
from daemon.cli.opened import REDACT
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.files import VaultProblem

FAILURE, TRY_AGAIN = 1, 75


class Boundary(TyperGroup):
    """The root command.

    `--vault PATH` may stand before or after the name of any command, so it is taken out here.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the library's type is private
        """As the library's; the vault that was named is the context's `obj`."""
        rest, ctx.obj = take_vault(args)
        return super().parse_args(ctx, rest)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the library's type is private
        """Run the chosen command; nothing but an exit code leaves here."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.TyperException) as ended:
            _reword(ended)
            raise
        except BrokenPipeError:
            _drop_stdout()
        except UserError as error:
            _end(ctx, error.exit_code, *error.problems)
        except Transient as error:
            _end(ctx, TRY_AGAIN, str(error))
        except (Permanent, VaultProblem) as error:
            _end(ctx, FAILURE, str(error))
        except Exception as fault:
            _end(ctx, FAILURE, *_fault(fault, _redaction(ctx), debug=bool(ctx.params.get("debug"))))
        else:
            return answer


def take_vault(args: Sequence[str]) -> tuple[list[str], str]:
    """The arguments without `--vault PATH`, and PATH ("" when it is not there). What follows `--` is left alone."""
    end = args.index("--") if "--" in args else len(args)
    rest, vault = list[str](), ""
    given = iter(args[:end])
    for each in given:
        name, equals, value = each.partition("=")
        if name != "--vault":
            rest.append(each)
        elif not (vault := value if equals else next(given, "")):
            raise typer.BadParameter("Name the folder: --vault PATH")
    return [*rest, *args[end:]], vault


def _reword(ended: Exception) -> None:
    """What the library says of a number is said for people."""
    if isinstance(ended, typer.BadParameter):
        for pattern, words in _NUMBERS.items():
            ended.message = re.sub(pattern, words, ended.message)


_NUMBERS = {
    "^Input should be a valid integer.*": "Type a whole number, for example 7.",
    "^Input should be a valid number.*": "Type a number, for example 0.5.",
    "^Input should be greater than or equal to (.*)": r"It must be \1 or more.",
    "^Input should be greater than (.*)": r"It must be more than \1.",
    "^Input should be less than or equal to (.*)": r"It must be \1 or less.",
    "^Input should be less than (.*)": r"It must be less than \1.",
}


def _end(ctx: typer.Context, code: int, *sentences: str) -> NoReturn:
    out.say(*map(_redaction(ctx), sentences))
    raise typer.Exit(code) from None


def _redaction(ctx: typer.Context) -> Callable[[str], str]:
    """Hides the secrets that the command had in its hands; a command that opened nothing had none."""
    return ctx.meta.get(REDACT, str)


def _fault(fault: Exception, redact: Callable[[str], str], *, debug: bool) -> list[str]:
    """Ours, not the person's: one sentence, and where the rest is."""
    from daemon.cli import logs

    if debug or os.environ.get("EMPLOYEE_DEBUG"):
        import traceback

        out.say(redact("".join(traceback.format_exception(fault)).rstrip()))
    where = logs.keep_fault(fault, redact)
    details = f"The details are in {where}." if where else "`employee --debug …` shows the details."
    return [f"This is a fault of the program, not of yours: {type(fault).__name__}: {fault}", details]


def _drop_stdout() -> None:
    """Whoever read our output has enough (`employee list | head`): end without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
