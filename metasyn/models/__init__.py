"""Effects pooled: what was asked (specs) and what came back (results)."""
