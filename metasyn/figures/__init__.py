"""Results as layouts (pure data), and layouts drawn."""
