"""Layouts that were remembered: what a correction taught of a supplier's paper, and how it takes part in a reading."""
