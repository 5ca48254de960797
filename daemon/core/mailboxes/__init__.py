"""Connected mailboxes as values: which there are, what lies in them, and what a message means for its thread. Pure.

The way of a mail: a `Mailbox` (Gmail or IMAP) tells what changed since a cursor as `Stub`s; the watcher fetches those
that the ledger has never seen, and yields each as an `Arrival` with its `Origin`; the runtime's `mailroom` decides by
`threads` what it means (a new task, news for a task whose draft waits, an answer by the person), keeps it, and only
then moves the cursor. `routing` sees to it that whoever waits in a thread is answered; `senders` says from which
address. On the way out a mail action hands a message to the channel of its account, which is asked by key before any
second try. What became of a mail is shown in the mailbox by `states`, again and again until it stands there.

Not here: a socket, a file, a client of a provider.
"""
