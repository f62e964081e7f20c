"""Answers with a generated part, as the command line asks the local library."""

import asyncio

from api.asking import asked
from api.bodies.answers import AskResponse
from api.bodies.questions import AskRequest
from api.generating import completed
from api.llm import ModelServer
from api.settings import Settings
from qa.answering import Answerer


def generated(answerer: Answerer, request: AskRequest, settings: Settings) -> AskResponse:
    """The answer, with what the model that ``settings`` name writes to it.

    Raises:
        NoLanguageModel: they name none.
    """
    server = ModelServer.of(settings)
    answer, response = asked(answerer, request, default_confidence=settings.min_confidence)
    return asyncio.run(completed(answer, response, answerer.library, server))
