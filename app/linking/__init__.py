"""Documents → voucher: an invoice with the quote, order, receipts and licenses that back it."""
