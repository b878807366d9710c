"""Tables of the parties context. Private: other contexts go through commands and queries."""

from yitong.parties.models.accounts import Account, FaceCheck, LoginAttempt, OneTimeCode
from yitong.parties.models.authority import AuthorisationLetter, Delegation
from yitong.parties.models.people import Enterprise, EnterpriseHandler, Mandate, Person
from yitong.parties.models.places import Counter, Department, Region
from yitong.parties.models.staff import Absence, Post, PostHolding, Staff, StaffRole

__all__ = [
    "Absence",
    "Account",
    "AuthorisationLetter",
    "Counter",
    "Delegation",
    "Department",
    "Enterprise",
    "EnterpriseHandler",
    "FaceCheck",
    "LoginAttempt",
    "Mandate",
    "OneTimeCode",
    "Person",
    "Post",
    "PostHolding",
    "Region",
    "Staff",
    "StaffRole",
]
