"""Results as documents (pure data), and documents written."""
