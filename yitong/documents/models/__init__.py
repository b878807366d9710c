"""Tables of the documents context."""

from yitong.documents.models.document import DepartmentMark, Document, DocumentSeries, LookupCount
from yitong.documents.models.seal_key import SealKey
from yitong.documents.models.stored_file import QuarantinedFile, StoredFile
from yitong.documents.models.template import DocumentTemplate

__all__ = [
    "DepartmentMark",
    "Document",
    "DocumentSeries",
    "DocumentTemplate",
    "LookupCount",
    "QuarantinedFile",
    "SealKey",
    "StoredFile",
]
