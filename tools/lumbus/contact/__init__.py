"""Contact with a gateway that runs: over its console or through the broker."""
