"""Bytes -> rows -> observations: archive, readers per format, Vietnamese text and numbers.

Readers report what they saw; they judge nothing. What cannot become an observation is an unread cell with
its place, its text and an explanation.
"""
