"""Simulation studies of estimators on the batch engine."""
