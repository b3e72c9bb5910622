"""The registers: facts from outside the papers, which some rules need (suppliers, employees, installations …).

Each module of `entries/` names one register. A register that was never imported is not the same as an
empty one: rules that read it then say that they could not check.
"""

from app.registers import entries
from app.registers.facts import NOTHING, Facts, Sheet, digest_of, key_of, keyed
from app.registers.register import REGISTERS, Register
from app.registry import discover

discover(entries)

__all__ = ["NOTHING", "REGISTERS", "Facts", "Register", "Sheet", "digest_of", "key_of", "keyed"]
