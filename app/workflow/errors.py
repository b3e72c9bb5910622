"""What can stop a verb, for the caller to act on."""

from app.errors import AppError


class UnknownDocumentError(AppError):
    """There is no document with that identifier."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"no document {identifier}")
        self.identifier = identifier


class UnknownJobError(AppError):
    """There is no job with that identifier."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"no job {identifier}")
        self.identifier = identifier


class UnknownExceptionError(AppError):
    """There is no exception with that identifier."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"no exception {identifier}")
        self.identifier = identifier


class UnknownRegisterError(AppError):
    """There is no such register, or no such revision of it."""

    def __init__(self, code: str, revision: int | None = None) -> None:
        super().__init__(f"no register {code}" if revision is None else f"no revision {revision} of {code}")
        self.code = code
        self.revision = revision


class UnknownMatchError(AppError):
    """There is no match with that identifier."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"no match {identifier}")
        self.identifier = identifier


class UnknownPolicyError(AppError):
    """There is no policy of that version."""

    def __init__(self, version: str) -> None:
        super().__init__(f"no policy {version}")
        self.version = version


class SecondPersonError(AppError):
    """What one person made needs another one's approval."""

    def __init__(self, what: str, made_by: str) -> None:
        super().__init__(f"{what} was made by {made_by}; somebody else approves it")
        self.made_by = made_by


class NoPictureError(AppError):
    """The document has no such page, or it cannot be drawn."""

    def __init__(self, identifier: str, page: int) -> None:
        super().__init__(f"page {page} of document {identifier} cannot be shown")
        self.identifier = identifier
        self.page = page


class NotReadYetError(AppError):
    """The document is still being read; `job` tells how far it is."""

    def __init__(self, identifier: str, job: str | None) -> None:
        super().__init__(f"document {identifier} is still being read")
        self.identifier = identifier
        self.job = job


class NotAnInvoiceError(AppError):
    """Only invoices and credit notes are matched."""

    def __init__(self, identifier: str, kind: str | None) -> None:
        super().__init__(f"document {identifier} is a {kind}, not an invoice or credit note")
        self.identifier = identifier
        self.kind = kind


class FileTooLargeError(AppError):
    """A file holds more bytes than are taken."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"{name} is larger than {limit} bytes")
        self.name = name
        self.limit = limit


class ExternalIdTakenError(AppError):
    """Another document has this source and external id already."""

    def __init__(self, source: str, external_id: str, document: str) -> None:
        super().__init__(f"{source} {external_id} is document {document} already")
        self.source = source
        self.external_id = external_id
        self.document = document


class ChangedSinceError(AppError):
    """What was to be changed is no longer as the caller saw it."""

    def __init__(self, identifier: str, expected: int, found: int) -> None:
        super().__init__(f"{identifier} is at revision {found}, not {expected}")
        self.identifier = identifier
        self.expected = expected
        self.found = found


class FewerDocumentsError(AppError):
    """Read by other columns, the file would no longer hold a document that is on file."""

    def __init__(self, identifier: str, number: str | None) -> None:
        super().__init__(
            f"read by these columns, the file holds no longer document {identifier} (number {number or 'none'})"
        )
        self.identifier = identifier
        self.number = number


class FactsChangedError(AppError):
    """The facts are no longer those that the caller has seen."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"the facts of {identifier} are no longer those that were seen")
        self.identifier = identifier


class NotAllowedError(AppError):
    """The state or the rules of the house forbid it: the sentence says why."""
