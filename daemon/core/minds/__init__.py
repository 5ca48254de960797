"""Language models as values and decisions: what is asked, which model, for how much, and what its answer may be.

The way of a question: an agent makes a `Question` (`writing`, `sorting`), weighs it (`weighing`) and asks its desk. The
runtime looks in the cache, chooses the models worth trying (`choosing`: tier, health, budget), reserves the expected
cost in the ledger, and calls one after the other through the `Model` port until an answer fits the schema. When none
does it raises `Unanswered`, and the agent goes its deterministic way and says so in the draft.

A model only ever supplies words. Who gets them, and everything else that an action needs, is decided without it.
"""
