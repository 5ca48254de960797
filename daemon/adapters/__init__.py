"""One module per outside thing, each filling a port of `daemon.core.ports`.

The only place where third-party clients are imported, and where their errors become ours: `Transient` or
`Permanent`. Not here: decisions, retries of anything that is not idempotent, and knowledge of tasks,
folders or approvals.
"""
