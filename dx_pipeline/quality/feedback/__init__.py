"""Feedback: what the sender of a file gets back, as a marked workbook and as a machine-readable twin.

``content`` says what there is to tell, ``collect`` asks the working file for it, ``summary`` and ``marking``
draw it, ``files`` puts it in place. Nothing here judges a figure or writes to the working file.
"""
