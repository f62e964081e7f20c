"""The route that Prometheus reads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.http.metrics import Metrics

monitoring = APIRouter(tags=["health"])


async def metrics_of(request: Request) -> Metrics:
    """The running service's counters; async, so that a question waits for no other thread than its own."""
    metrics: Metrics = request.app.state.metrics
    return metrics


Counted = Annotated[Metrics, Depends(metrics_of)]


@monitoring.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(counted: Counted) -> Response:
    """What the service counts, in Prometheus's text format."""
    return Response(counted.exposition(), media_type=CONTENT_TYPE_LATEST)
