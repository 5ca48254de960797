"""Any mailbox with an app password: read by IMAP, sent from by SMTP.

`connection` logs in and says what is wrong in words that help; `wire` keeps a server from holding us up or filling
our memory; `box` is the mailbox as it is read, `idle` the thread that hears of new mail at once; `channel` sends.

Not here: what a message means, and any decision whether something may be sent.
"""
