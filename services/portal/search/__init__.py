"""Search over everything that a person may see (B14): one call, many sources, each with its own rights."""
