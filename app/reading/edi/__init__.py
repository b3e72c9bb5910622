"""EDI: segments out of X12 and EDIFACT interchanges, and canonical documents out of their messages."""
