"""Registers at national scale: files of millions of rows become typed Parquet, rejects and figures, all in DuckDB.

``load.py`` says how; ``store.py`` keeps the results and shows the rows in force. No row comes into Python.
"""
