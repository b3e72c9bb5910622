"""The verbs: receive, read, match. Each opens its own transactions."""
