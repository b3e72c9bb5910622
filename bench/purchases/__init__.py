"""Purchases made up whole: clean ones, and the same with one fault each."""
