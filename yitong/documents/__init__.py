"""Files and official documents: what people upload, what the departments issue under seal.

Owns: stored and quarantined files, document templates, issued documents with their numbers, the local certificate
authority and the departments' seals, public verification.
Does not own: why a document is issued (cases) nor what a licence says (licences); who may see a document is asked of the
context that owns its subject, through ``permissions.register_subject_policy``.
Words: Document 文书, DocumentTemplate 文书模板, seal 电子印章, verification code 防伪码, QuarantinedFile 隔离文件.
Invariants: a stored file's name is the SHA-256 of its bytes; a document's number is taken in the transaction that seals it,
so that a series has no gaps; a published template version never changes; private keys lie encrypted.
Public: commands, queries, permissions, fonts, qr, rules.kinds (what each kind of document needs).
Law: 行政许可法 第三十二条、第三十八条、第四十二条、第四十四条、第四十五条 (each template cites its own); 电子签名法 第十三条、第十四条.
"""
