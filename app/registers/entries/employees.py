"""Employees: who works for the companies whose purchases are audited."""

from dataclasses import dataclass

from app.documents.normal import number_key
from app.registers.register import REGISTERS, Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """A person on the payroll, with what a supplier in disguise would share with them."""

    id: str
    name: str
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None
    tax_id: str | None = None
    ibans: tuple[str, ...] = ()


EMPLOYEES = REGISTERS.add(
    "employees",
    Register(
        code="employees",
        title="employee register",
        entry=Employee,
        key=lambda person: number_key(person.id) or person.id,
        holds="The people on the payroll, with address, phone, tax number and account.",
        personal=True,
    ),
)
