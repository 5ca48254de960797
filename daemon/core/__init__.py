"""Pure values and decisions: what a task, a draft, a proposal and a note are, and what happens to them next.

Everything here answers from its arguments alone and is tested without a disk. Not here: anything that opens
a file of the vault, a socket, a database or a thread, reads a clock by itself, or imports a third-party
client. The exceptions are reading what the program ships (`resources`) and its configuration (`settings`).
"""
