"""Which number an invoice gets: without a gap, and never the same twice.

What is taken for granted, and why it holds when the program is killed at any point:

- Invoices are written one after another (one channel, one worker), each under its effect's key.
- A number is bound to a key in the ledger before anything of the invoice can be seen (*taken*), with the day it is
  issued. A second try under the same key gets the same number and the same day.
- The line in Accounting/ledger.csv is the first thing that can be seen. Once it is there, the number is *given*: all
  that the files say is kept beside it, and from then on there is only one way, to the end. Such an effect is never put
  back or given up; what cannot be written now is written later, with the same bytes.
- An effect that stops before its line is there surely did not happen. Its number is *free*, and the next invoice gets
  the lowest free one. So refusals, waiting, an undo between two tries and a second generation leave no gap.
- The ledger does not know numbers that another state directory gave, or that the person wrote by hand; Accounting/
  ledger.csv does. So one that stands there is passed over, and a ledger that knows no number of a series goes on after
  the highest one there (`employee adopt`, a restored backup, a new year).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from string import Formatter


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers look, "{year}-{n:04}", and the one that the very first invoice gets."""

    form: str
    first: int = 1

    def text(self, year: int, n: int) -> str:
        return self.form.format(year=year, n=n)

    def series(self, year: int) -> str:
        """What all numbers of a year have in common; each series counts for itself."""
        return self.form.replace("{year}", str(year))

    def start(self, year: int, used: Collection[str], *, anew: bool) -> int:
        """Where a series begins: after the highest one used elsewhere; `anew`: there is no earlier invoice at all."""
        pattern = re.compile(re.sub(r"\\\{n.*?\\\}", r"(\\d{1,9})", re.escape(self.series(year))))
        counts = [int(found[1]) for each in used if (found := pattern.fullmatch(each))]
        if counts:
            return max(counts) + 1
        return self.first if anew else 1


def check(form: str) -> str:
    """The form of numbers, when it is one. Raises ValueError with what to write."""
    try:
        fields = [(name, spec) for _, name, spec, _ in Formatter().parse(form) if name is not None]
    except ValueError:
        fields = []
    names = sorted(name for name, _ in fields)
    plain = all(re.fullmatch("" if name == "year" else r"(0\d)?", spec or "") for name, spec in fields)
    if names not in (["n"], ["n", "year"]) or not plain or not re.fullmatch(r"[\w {}:./-]{3,40}", form):
        raise ValueError('write it like "{year}-{n:04}" or "RE-{n:05}": {n} is the number, {year} the year')
    return form
