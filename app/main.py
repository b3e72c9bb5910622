"""The composition root of the web process: settings → Database → FastAPI."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from app import web
from app.api import problems
from app.api.application import application
from app.compose import context, logs
from app.sandboxes import sandbox
from app.settings import Settings
from app.storage.schema import upgrade
from app.workflow.context import Context
from app.workflow.queue import client


def create(settings: Settings) -> FastAPI:
    """The web application."""
    enqueue, hang_up = client(settings.queue)
    drawers = sandbox(settings)
    ctx = context(settings, enqueue=enqueue, drawer=drawers)
    upgrade(ctx.db)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        # As many threads as connections: a request never waits for a connection that no thread will free.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.pool
        yield
        hang_up()
        drawers.close()
        ctx.db.close()

    return build(ctx, upload_files=settings.upload_files, lifespan=life)


def build(ctx: Context, *, upload_files: int = 500, lifespan: object = None) -> FastAPI:
    """The application around a context that is there already."""
    app = application(lifespan=lifespan)
    app.state.context = ctx
    app.state.upload_files = upload_files
    app.state.problems = problems.every()
    app.state.meanings = {problem.slug: error.__doc__ for error, problem in list(problems.PROBLEMS.items())[::-1]}
    web.install(app)
    return app


def app() -> FastAPI:
    """For `uvicorn --factory app.main:app`."""
    settings = Settings()
    logs(settings.log_level)
    return create(settings)
