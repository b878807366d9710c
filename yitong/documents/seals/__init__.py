"""Electronic seals: the local certificate authority, the departments' keys, the drawn seal, signing and checking.

Private to this context. Three functions stand for a seal: ``keys.signer_of``, ``signing.seal``, ``checking.examine``; a
second algorithm (SM2, as a detached signature beside the PDF's) would offer the same three.
"""
