"""Tables of the catalog context. Private: other contexts go through commands and queries."""

from yitong.catalog.models.imports import ImportBatch, ImportRowError
from yitong.catalog.models.items import ItemVersion, ServiceItem
from yitong.catalog.models.search import ItemSearch, Synonym

__all__ = ["ImportBatch", "ImportRowError", "ItemSearch", "ItemVersion", "ServiceItem", "Synonym"]
