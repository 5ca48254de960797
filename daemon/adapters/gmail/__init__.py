"""Gmail by Google's own client: reading a mailbox, sending from it, and logging in to it.

The only package that knows that client; it is loaded with the first request, not before. What a message means, whether
one may leave and when to try again is decided elsewhere.
"""
