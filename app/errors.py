"""What a caller can act on. No HTTP here: `api/problems.py` chooses the status."""


class AppError(Exception):
    """The base of every error that a caller can act on; it carries facts as attributes."""


class MalformedError(AppError):
    """The input breaks the format; `pointer` names the place (RFC 6901), `detail` says what is wrong."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer or '/'}: {detail}")
        self.pointer = pointer
        self.detail = detail


class MalformedListError(AppError):
    """Several places of one input break the format."""

    def __init__(self, errors: tuple[MalformedError, ...]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors


class UnitError(AppError):
    """No exact way from one unit to the other is known."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no conversion from {source} to {target}")
        self.source = source
        self.target = target


class CurrencyMixError(AppError):
    """Amounts of two currencies were about to be added or compared."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"cannot combine {left} with {right}")
        self.left = left
        self.right = right
