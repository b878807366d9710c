"""Checks of an uploaded file by what is in it, never by what its name or its sender says.

``content.inspect`` is the entrance; one module per family of formats. A check raises Suspicious with the reason the
uploader is told. Nothing here executes, renders or follows anything found in a file.
"""
