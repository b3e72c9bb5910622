# Countersign in a container. The two stages have the same base and the same paths: the environment
# that the first one builds is moved as it is. What is installed, and how, is what `make install` does,
# without the groups that only tests and linters need.

FROM python:3.11-slim AS builder

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never

WORKDIR /opt/countersign

RUN pip install --no-cache-dir uv==0.13.9

# First what the lock file pins: this layer changes only when a dependency does.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra ocr --extra postgres --extra schematron --no-install-project

COPY alembic.ini LICENSE NOTICE README.md ./
COPY migrations ./migrations
COPY policies ./policies
COPY app ./app
RUN uv sync --frozen --no-dev --extra ocr --extra postgres --extra schematron


FROM python:3.11-slim

# The database (unless COUNTERSIGN_DATABASE_URL names one), the files and the keys are in this folder.
ENV COUNTERSIGN_DATA=/var/lib/countersign \
    PATH=/opt/countersign/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1

# An init of its own: it passes signals on and buries orphans, and no process of ours is number 1.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*

RUN groupadd --system --gid 10001 countersign \
    && useradd --system --uid 10001 --gid countersign --home-dir /var/lib/countersign --create-home countersign

COPY --from=builder /opt/countersign /opt/countersign

WORKDIR /var/lib/countersign
USER 10001:10001
VOLUME ["/var/lib/countersign"]
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4).close()"]

ENTRYPOINT ["tini", "--"]
CMD ["countersign", "serve", "--host", "0.0.0.0"]
