"""Registers: rows of things made comparable by the catalogue's words, and counted in SQL by its rules."""
