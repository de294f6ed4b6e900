"""Reports that are kept: made once for a moment, frozen, and made again from their inputs."""
