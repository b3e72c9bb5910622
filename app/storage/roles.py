"""What the holder of a key may do."""

from enum import StrEnum


class Role(StrEnum):
    """What the holder of a key may do."""

    UPLOADER = "uploader"
    AP_SYSTEM = "ap_system"
    BUYER = "buyer"
    AUDITOR = "auditor"
    RELEASER = "releaser"
    ADMIN = "admin"
