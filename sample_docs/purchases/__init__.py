"""The purchases, one function each, and the errors planted in them."""
