"""Language models over the network: the only package that knows their clients, and imports them with the first call.

What is asked and whether an answer is good is decided elsewhere; nothing here tries a second time by itself.
"""
