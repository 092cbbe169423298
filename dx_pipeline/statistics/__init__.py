"""Accepted observations become province and national figures, per month and quarter.

The rules are the catalogue's; the logic is in the ``.sql`` files beside the code that runs them. Nothing here
reads files or judges figures, and nothing writes outside the schema ``mart``.
"""
