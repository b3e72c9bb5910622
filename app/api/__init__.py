"""What programs see: one module per resource, under /v1."""
