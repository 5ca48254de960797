"""The command-line boundary: every error becomes sentences on stderr and the exit code CONTRACT gives it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from daemon.cli import out
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
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except BrokenPipeError:
            _drop_stdout()
        except UserError as error:
            _end(error.exit_code, *error.problems)
        except Transient as error:
            _end(TRY_AGAIN, str(error))
        except (Permanent, VaultProblem) as error:
            _end(FAILURE, str(error))
        except Exception as fault:
            _end(FAILURE, *_fault(fault, debug=bool(ctx.params.get("debug"))))
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


def _end(code: int, *sentences: str) -> NoReturn:
    out.say(*sentences)
    raise typer.Exit(code) from None


def _fault(fault: Exception, *, debug: bool) -> list[str]:
    """Ours, not the person's: one sentence, and where the rest is."""
    from daemon.cli import logs

    if debug or os.environ.get("EMPLOYEE_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    where = logs.keep_fault(fault)
    details = f"The details are in {where}." if where else "`employee --debug …` shows the details."
    return [f"This is a fault of the program, not of yours: {type(fault).__name__}: {fault}", details]


def _drop_stdout() -> None:
    """Whoever read our output has enough (`employee list | head`): end without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
