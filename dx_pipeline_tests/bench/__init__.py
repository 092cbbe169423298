"""Tests of the benchmarks: what they generate, how they measure, and what they call right."""
