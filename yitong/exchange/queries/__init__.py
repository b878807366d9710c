"""Reads of the exchange."""

from yitong.exchange.queries.connectors import all_connectors, connector, in_service

__all__ = ["all_connectors", "connector", "in_service"]
