"""`python -m daemon` is the `employee` command."""

from daemon.cli import main

main()
