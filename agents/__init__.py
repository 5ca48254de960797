"""Who does the work: one file per specialist, with classes named exactly `Config` and `Agent`.

`draft(task, desk)` returns a `Draft` or `Closed`; the read-only `desk` is the only door to handbook, memory
and model. Prompts are files in `prompts/`. Not here: anything that writes, moves or sends, and no import
but `daemon.core`.
"""
