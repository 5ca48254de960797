"""Passwords and keys: encrypted in EMPLOYEE_HOME/secrets, their key in a file of its own elsewhere.

`store` keeps them, `private` is how its two files are read, written and guarded, `shredding` gets rid of files in
plain text. Not here: what a secret is for. Whoever needs one asks for it by name when it is needed, keeps it no longer
than that, and puts it neither on a command line nor into the environment of another process.
"""
