"""The rules of EN 16931 by the official schematron: e-invoices are checked in a process of their own.

Nothing of the extra `schematron` is imported here, and nothing is started before the first e-invoice.
"""
