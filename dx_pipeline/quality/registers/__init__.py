"""The judging of large registers: their loads, what the row rules counted in them, and what follows."""
