"""Query parameters that a route does not know."""

import pytest
from starlette.testclient import TestClient

CASES = [
    (
        "GET",
        "/v1/ask?question=who&topk=3",
        "query.topk: no such parameter; there are question, top_k, document_ids, ",
    ),
    ("GET", "/v1/documents?offset=3", "query.offset: no such parameter; there are limit, cursor"),
    ("GET", "/v1/documents/0123456789abcdef/text?page=2", "query.page: no such parameter; none are taken here"),
    ("DELETE", "/v1/documents/0123456789abcdef?force=true", "query.force: no such parameter; none are taken here"),
    ("HEAD", "/v1/documents?offset=3", ""),
]


@pytest.mark.parametrize(("method", "path", "said"), CASES)
def test_a_parameter_that_is_not_known_is_named_with_those_that_are(
    service: TestClient, method: str, path: str, said: str
) -> None:
    response = service.request(method, path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.json()["detail"] if response.content else "").startswith(said)


def test_a_health_check_may_add_what_it_likes_to_the_address(service: TestClient) -> None:
    assert service.get("/healthz?at=1700000000").status_code == 200
