"""Tables: rows of cells out of CSV and spreadsheets, and canonical documents out of their rows."""
