"""Reference networks, pinned by their seeds: what every figure of the engine is measured on."""
