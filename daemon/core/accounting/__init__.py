"""Invoices, bills, expenses and payments as values: read from texts, computed in `Decimal`, shown as editable text.

Pure: nothing here books, numbers, prints or sends. What a text does not say stays None or "", and is asked for.
"""
