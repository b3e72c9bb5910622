"""Measurements: each module prints a figure beside a peer or a limit in the same run."""
