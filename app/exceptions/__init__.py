"""Findings → the cases that people work on."""
