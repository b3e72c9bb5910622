"""Who is asking: the key in the Authorization header, and what its role may do."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.api.problems import KeyMissingError, RoleError
from app.storage import access
from app.storage.access import Holder, Role
from app.workflow.context import Context

_bearer = HTTPBearer(auto_error=False, description="A key made by `countersign key add NAME --role ROLE`.")


def context_of(request: Request) -> Context:
    """What the composition root put together."""
    found: Context = request.app.state.context
    return found


ContextDep = Annotated[Context, Depends(context_of)]


def holder_of(
    ctx: ContextDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Holder:
    """The holder of the key that came with the call.

    Raises:
        KeyMissingError: no key, or none in force.
    """
    if credentials is None:
        raise KeyMissingError("no key came with the call")
    with ctx.db.read() as session:
        holder = access.holder_of(session, credentials.credentials)
    if holder is None:
        raise KeyMissingError("the key is unknown or revoked")
    return holder


HolderDep = Annotated[Holder, Depends(holder_of)]


def only(*roles: Role) -> Callable[[Holder], Holder]:
    """A dependency that lets only these roles through; an admin manages keys and reads, no more."""

    def check(holder: HolderDep) -> Holder:
        if holder.role not in roles:
            allowed = ", ".join(role.value for role in roles)
            raise RoleError(f"{holder.role.value} may not do this; {allowed} may")
        return holder

    return check


#: Everybody with a key may read.
Reading = Annotated[Holder, Depends(only(*Role))]
#: Who may bring documents.
Uploading = Annotated[Holder, Depends(only(Role.UPLOADER, Role.AP_SYSTEM, Role.BUYER, Role.AUDITOR, Role.RELEASER))]
#: Who may ask for a decision.
Deciding = Annotated[Holder, Depends(only(Role.AP_SYSTEM, Role.AUDITOR, Role.RELEASER))]
#: Who may correct what was read of a document, and work exceptions.
Working = Annotated[Holder, Depends(only(Role.AUDITOR, Role.RELEASER))]
#: Who may put registers on file; whoever releases money or buys does not keep the facts that check it.
Keeping = Annotated[Holder, Depends(only(Role.AP_SYSTEM, Role.AUDITOR))]
#: Who may look at what registers hold.
Looking = Annotated[Holder, Depends(only(*(role for role in Role if role is not Role.UPLOADER)))]
