"""The layouts: one module for each supplier, and two for the buyer."""
