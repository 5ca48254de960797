"""AI Employee lives in a folder: it drafts, the person approves, and only then does anything leave.

A tour, in reading order. `watchers` (beside this package, one file each) turn mail and dropped files into
`Task` values, `agents` turn a task into a `Draft`; neither can write or send. What they return goes through:

- `core`      pure values and decisions: task, document, policy, settings. Start with `core.lifecycle`.
- `vault`     the only module that changes the person's notes.
- `adapters`  one module per outside thing; the only places that import third-party clients.
- `actions`   one file per outward effect: perform it once, or look up whether it happened.
- `runtime`   the moving parts: intake, manager, drafting, executor, and the ledger that outlives a crash.
- `registry`, `ops`, `app`   plug-ins by name; doctor and backup; what starts, and in which order.
- `cli`       the `employee` command; `python -m daemon` is the same.

Imports point up this list only: `core` knows nobody, `cli` may know all. Nothing runs when it is imported.
"""
