"""One module a register."""
