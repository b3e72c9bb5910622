"""Open findings → decision: pay, hold, wait or reject, with the money that is supported and the money that is not."""
