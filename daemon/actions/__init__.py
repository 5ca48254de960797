"""One file per outward effect, with classes named exactly `Params` and `Action`.

An action describes itself, performs once under a key, and looks up by that key whether it happened. Not
here: asking whether it may (the executor did), trying again, moving notes, or an import of another action.
"""
