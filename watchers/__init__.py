"""What the employee notices: one file per source, with classes named exactly `Config` and `Watcher`.

A watcher yields `Task` values; intake makes the notes and remembers what was seen. Not here: writing to the
vault, asking a model, answering anyone, or an import of another watcher. Only `daemon.core` and
`daemon.adapters` are in reach.
"""
