"""The contenders of benchmarks (a), (b) and (c): the same job, each as a competent user of its tool would write it.

Each runs in a process of its own, ``python -m bench.peers.NAME FILE FOLDER``, and ends with a line of JSON that
says how long the work took. The clock starts when its libraries and the catalogue's codes are loaded.
"""
