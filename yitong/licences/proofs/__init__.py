"""What proves a licence beside its sealed PDF: a detached SM2 signature, an SD-JWT VC, an OFD export, a status list.

``sm2``, ``metadata``, ``bundle``, ``credential``, ``sharing``, ``status_list``, ``ofd``, ``ofd_reading`` and ``examining`` need neither
Django nor the database: they work on bytes, keys and instants. ``trust`` reads what a verifier believes from a folder.
"""
