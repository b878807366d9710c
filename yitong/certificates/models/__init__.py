"""Tables of the certificates context; private to it."""

from yitong.certificates.models.request import CertificateRequest, RequestEvent, RequestMaterial
from yitong.certificates.models.type import CertificateType
from yitong.certificates.models.verification import Verification
from yitong.certificates.models.window import WindowConsent

__all__ = ["CertificateRequest", "CertificateType", "RequestEvent", "RequestMaterial", "Verification", "WindowConsent"]
