"""The command line: one file per group of commands; each parses, calls, prints.

No decisions live here and no file of the vault is touched: what a command does is a call into the layers
below. Importing this package costs nothing, so that `employee --help` is quick.
"""


def main() -> None:
    """Run the `employee` command and exit with the code CONTRACT gives it."""
    from daemon.cli.app import app

    app()
