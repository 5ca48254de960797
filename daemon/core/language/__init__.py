"""What a text says and how to answer it, by rules, in seven languages: words, dates, amounts, questions, greetings.

Linear in the text, whatever it holds. Not here: reading files, deciding who works on something, or a model.
"""
