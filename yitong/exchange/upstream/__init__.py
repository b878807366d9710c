"""The local stand-in for registers of the province and the ministries, a program of its own without Django.

Every record is made up from the number asked for, always the same for the same number. See ``standin`` for its place.
"""
