"""Asking language models: each question once, within the budget, of whoever is well; see `core/minds`.

What must not live here: clients of providers (adapters/llm), decisions (core/minds), and anything that sends.
"""
