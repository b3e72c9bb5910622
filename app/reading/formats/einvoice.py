"""Electronic invoices, orders and despatch advices as XML: UBL and CII."""
