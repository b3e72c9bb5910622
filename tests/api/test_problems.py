"""Every error is a problem document, whatever went wrong."""

import pytest
from starlette.testclient import TestClient

from app.api import problems


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v1/nothing-here", 404, "not-found"),
        ("DELETE", "/v1/documents", 405, "method"),
        ("GET", "/v1/documents/doc_x", 404, "unknown-document"),
        ("GET", "/v1/jobs/job_x", 404, "unknown-job"),
        ("GET", "/v1/exceptions/exc_x", 404, "unknown-exception"),
        ("GET", "/v1/matches/mat_x", 404, "unknown-match"),
        ("GET", "/v1/documents?limit=0", 422, "malformed"),
        ("GET", "/v1/exceptions?code=NO_SUCH_CODE", 422, "malformed"),
        ("GET", "/v1/documents/doc_x/crop.webp?box=1", 422, "malformed"),
    ],
)
def test_the_shape(client, method, path, status, slug):
    answer = client.request(method, path)

    body = answer.json()
    assert answer.status_code == status == body["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"/problems/{slug}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]


def test_an_unexpected_error_tells_nothing_of_its_inside(app, ctx):
    @app.get("/v1/broken")
    def broken():
        raise RuntimeError("SELECT secret FROM table")

    with TestClient(app, raise_server_exceptions=False) as caller:
        answer = caller.get("/v1/broken")

    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal"
    assert "secret" not in answer.text


@pytest.mark.parametrize("slug", sorted(problems.every()))
def test_each_problem_has_its_page(client, slug):
    assert client.get(f"/problems/{slug}").status_code == 200


def test_every_answer_has_the_security_headers(client):
    answer = client.get("/v1/documents")

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
