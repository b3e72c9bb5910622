"""E-invoices and their kin as XML: each module reads one vocabulary into canonical documents."""
