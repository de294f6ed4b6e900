"""Reference networks of the benchmarks, pinned by their seeds."""
