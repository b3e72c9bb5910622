"""The nouns: money, quantities and units, parties, evidence, and the kinds of document with their lines."""
