"""The briefing: what happened since the last one and what matters first, as a note and as a text to be read out.

`page.render` makes the note, `spoken.text` what is read out; both from one `Night`. Nothing here looks anything up.
"""
