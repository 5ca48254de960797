"""From the bytes of a file to text that a person would read, one module a format.

Each reader takes linear time and looks at a bounded part of its input; none raises for bad content, unpacks an
archive, opens a file or runs anything. `readers.read` finds the format. Not here: formats that need a library
(PDF, older Office files): these are read in `daemon.adapters.conversion`.
"""
