"""What could be wrong with a pooled estimate: one function a question."""
