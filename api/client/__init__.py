"""The typed client of a running service."""

from api.client.asynchronous import AsyncClient
from api.client.failures import BadArgument, ServiceRefused, ServiceUnreachable
from api.client.patience import Patience
from api.client.synchronous import Client

__all__ = ["AsyncClient", "BadArgument", "Client", "Patience", "ServiceRefused", "ServiceUnreachable"]
