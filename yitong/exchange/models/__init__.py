"""Models of exchange; private to it."""

from yitong.exchange.models.call import CachedAnswer, Call, CallResult, OddAnswer
from yitong.exchange.models.client import ApiClient, ClientChange, ClientScope, ClientUse, RequestCount
from yitong.exchange.models.connector import Circuit, Connector, ConnectorChange

__all__ = [
    "ApiClient",
    "CachedAnswer",
    "Call",
    "CallResult",
    "Circuit",
    "ClientChange",
    "ClientScope",
    "ClientUse",
    "Connector",
    "ConnectorChange",
    "OddAnswer",
    "RequestCount",
]
