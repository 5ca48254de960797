"""Reads mails, and files of every format, in a process of its own, which a hostile file may break without harm.

`converter` is the port's other side: a cache on disk, and behind it the worker process. `worker` runs in that
process, with limits on time and memory and without the network; only there are libraries for PDF and office
documents imported. Not here: formats that need no library (`daemon.core.formats`).
"""
