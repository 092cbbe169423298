"""Figures out: the published database, its manifest and the page that shows them.

Nothing here computes a figure. Whatever is published is built beside the old file, verified, and put in place in
one step, so that a reader never sees half of it.
"""
