"""The moving parts: observer, intake, manager, drafting, executor, ledger, scheduler, heartbeat.

They see values, the vault and the ports of `daemon.core.ports`; what stands behind a port is handed to
them. Not here: an import of an adapter or an action, a decision that `daemon.core` could make from values,
or a word to the person.
"""
