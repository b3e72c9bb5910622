"""Countersign audits a purchase before it is paid.

A document arrives → it is read → it is linked with the documents of the same purchase → the set is
matched → differences become exceptions that people work on → the open exceptions give the payment
decision → every step is in the trail.

The floors, top to bottom (imports only go down; import-linter holds them):
main, worker, cli · api, web · workflow · storage, reading · payment · exceptions · matching ·
linking · documents, trail · errors, registry, settings.
"""
