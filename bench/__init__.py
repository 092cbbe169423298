"""Benchmarks: what the pipeline's work costs beside what others cost for the same, ratios from one run.

``python -m bench`` runs them all; each module with a ``main()`` runs alone as well. Nothing here is part of the
installed package, and every register made here is sample data that says so.
"""
