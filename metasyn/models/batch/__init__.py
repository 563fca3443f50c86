"""The batch engine: the model of many sets of studies at once."""
