"""Voucher + policy → findings: what the standard checks, rule by rule."""
