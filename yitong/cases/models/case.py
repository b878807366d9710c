"""The case itself."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from yitong.cases.rules.states import OPEN_STATES, OUTCOMES, REVIEW_STATES, STATES

OFFICE = Q(state__in=OPEN_STATES, number__isnull=False)
LISTED = [
    "state",
    "suspended",
    "provisional_open",
    "handler",
    "yellow_at",
    "committed_due_at",
    "statutory_due_at",
    "received_at",
    "item_code",
    "channel",
]
"""With what the tabs and filters of the inbox look at: one pass over such an index counts or sorts, and reads no row."""


class Case(models.Model):
    """One application of one applicant for one item version.

    draft → submitted → accepted → deciding → delivering → closed, with correcting between two submitted; ``suspended`` is a
    flag beside the state while a special procedure is open. ``outcome`` is set from delivering on.

    ``statutory_*`` and ``committed_*`` are copied from the version at acceptance; the due instants are what
    ``rules.clock_replay`` gives for the events, and are null before acceptance and while the clock stands.
    ``basis_lost``: something the case relies on ended (a licence, a consent), and nobody has replaced or settled it yet.
    ``rev`` counts commands; every form carries it. ``event_count`` is the number of the last event.
    """

    number = models.CharField(max_length=50, null=True, unique=True)  # noqa: DJ001 - unique, and a draft has none
    item = models.ForeignKey("catalog.ServiceItem", models.PROTECT, related_name="+")
    version = models.ForeignKey("catalog.ItemVersion", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=12)
    item_name = models.CharField(max_length=200)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+", db_index=False)

    applicant_person = models.ForeignKey("parties.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    applicant_enterprise = models.ForeignKey(
        "parties.Enterprise", models.PROTECT, null=True, related_name="+", db_index=False
    )
    applicant_name = models.CharField(max_length=200)
    agent_person = models.ForeignKey("parties.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    contact_phone = models.CharField(max_length=20, blank=True)

    channel = models.CharField(max_length=8)
    counter = models.ForeignKey("parties.Counter", models.PROTECT, null=True, related_name="+", db_index=False)
    filed_region = models.ForeignKey("parties.Region", models.PROTECT, null=True, related_name="+", db_index=False)
    created_by_ref = models.CharField(max_length=60)
    client_token = models.CharField(max_length=64, null=True)  # noqa: DJ001 - unique, and many have none

    state = models.CharField(max_length=10, default="draft")
    outcome = models.CharField(max_length=18, blank=True, default="")
    handler = models.ForeignKey("parties.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    stage = models.SmallIntegerField(default=0)
    suspended = models.BooleanField(default=False)
    deemed_accepted = models.BooleanField(default=False)
    deemed_approved = models.BooleanField(default=False)
    correction_given = models.BooleanField(default=False)
    provisional_open = models.BooleanField(default=False)
    committed_by_promise = models.BooleanField(default=False)
    joint = models.BooleanField(default=False)
    basis_lost = models.BooleanField(default=False, db_default=False)

    form = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    provisional_offer = models.JSONField(null=True)
    delivery_wish = models.JSONField(null=True)

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    tell_by_on = models.DateField(null=True)
    tell_by_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    statutory_amount = models.IntegerField(null=True)
    statutory_unit = models.CharField(max_length=8, blank=True, default="")
    committed_amount = models.IntegerField(null=True)
    committed_unit = models.CharField(max_length=8, blank=True, default="")
    extension_limit = models.SmallIntegerField(default=0)
    extension_days = models.SmallIntegerField(default=0)
    deemed_approval_listed = models.BooleanField(default=False)
    statutory_due_on = models.DateField(null=True)
    statutory_due_at = models.DateTimeField(null=True)
    committed_due_on = models.DateField(null=True)
    committed_due_at = models.DateTimeField(null=True)
    yellow_at = models.DateTimeField(null=True)
    provisional_clock = models.BooleanField(default=False)
    result_by_at = models.DateTimeField(null=True)
    deliver_by_on = models.DateField(null=True)
    deliver_by_at = models.DateTimeField(null=True)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+", db_index=False)

    # The next instant the office owes something: what an inbox sorts by. Nothing is owed while it waits for somebody else.
    due_at = models.GeneratedField(
        expression=models.Case(
            models.When(state="submitted", then="tell_by_at"),
            models.When(state__in=REVIEW_STATES, then="committed_due_at"),
            models.When(state="delivering", then="deliver_by_at"),
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    rev = models.IntegerField(default=0)
    event_count = models.IntegerField(default=0)
    last_event_at = models.DateTimeField()
    last_event_kind = models.CharField(max_length=40)
    last_event_actor = models.CharField(max_length=100)
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "committed_due_at"], name="case_by_department_state"),
            models.Index(
                fields=["department", "due_at", "id"], include=LISTED, name="case_open_by_department", condition=OFFICE
            ),
            models.Index(
                fields=["region", "due_at", "id"], include=LISTED, name="case_open_by_region", condition=OFFICE
            ),
            models.Index(
                fields=["filed_region", "due_at", "id"],
                include=LISTED,
                name="case_open_by_hall",
                condition=OFFICE & Q(channel="window"),
            ),
            # Whoever sees the whole city: every tab is told from the index alone, in the order of the list.
            models.Index(
                fields=["due_at", "id"], include=("region", *LISTED), name="case_open_by_due", condition=OFFICE
            ),
            models.Index(
                fields=["handler", "due_at", "id"],
                name="case_open_by_handler",
                condition=Q(state__in=OPEN_STATES, handler__isnull=False),
            ),
            models.Index(
                fields=["filed_region", "-id"],
                name="case_by_counter_region",
                condition=Q(channel="window", number__isnull=False),
            ),
            models.Index(fields=["department", "-id"], name="case_by_department"),
            models.Index(fields=["region", "-id"], name="case_by_region"),
            models.Index(fields=["applicant_person", "-id"], name="case_by_person"),
            models.Index(fields=["applicant_enterprise", "-id"], name="case_by_enterprise"),
            models.Index(fields=["tell_by_at"], name="case_to_be_told", condition=Q(state="submitted")),
            models.Index(
                fields=["statutory_due_at"],
                name="case_deemed_by_silence",
                condition=Q(state__in=REVIEW_STATES, deemed_approval_listed=True, suspended=False),
            ),
            # Few among very many: the filter of the inbox reads these alone.
            models.Index(fields=["due_at", "id"], name="case_with_lost_basis", condition=Q(basis_lost=True)),
            GinIndex(fields=["search"], name="case_search"),
            # Few among very many: a search of open cases would else read every closed one with the same words.
            GinIndex(fields=["search"], name="case_search_open", condition=Q(state__in=OPEN_STATES)),
        ]
        constraints = [
            # A double click on "start" or "submit" finds the case the first click made.
            models.UniqueConstraint(fields=["created_by_ref", "client_token"], name="case_one_per_client_token"),
            models.CheckConstraint(name="case_state_is_known", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                # An outcome exists exactly from the moment something was decided or ended.
                name="case_outcome_fits_state",
                condition=Q(state__in=["delivering", "closed"], outcome__in=OUTCOMES)
                | (~Q(state__in=["delivering", "closed"]) & Q(outcome="")),
            ),
            models.CheckConstraint(
                # Only a draft, or a draft given up, has no number.
                name="case_number_from_submission",
                condition=Q(state="draft", number__isnull=True, submitted_at__isnull=True)
                | (~Q(state="draft") & Q(number__isnull=False, submitted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="case_one_applicant",
                condition=Q(applicant_person__isnull=False, applicant_enterprise__isnull=True)
                | Q(applicant_person__isnull=True, applicant_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="case_accepted_has_both_limits",
                condition=~Q(state__in=["accepted", "deciding", "delivering"])
                | Q(accepted_at__isnull=False, statutory_amount__isnull=False, committed_amount__isnull=False),
            ),
            models.CheckConstraint(
                # While the clock runs it has an end; while it stands it has none to show.
                name="case_running_clock_has_due",
                condition=~Q(state__in=REVIEW_STATES)
                | Q(suspended=True)
                | Q(statutory_due_at__isnull=False, committed_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_suspended_only_in_review", condition=Q(suspended=False) | Q(state__in=REVIEW_STATES)
            ),
            models.CheckConstraint(
                name="case_decided_has_instant",
                condition=~Q(outcome__in=["granted", "refused"]) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_closed_has_instant",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_extension_within_limit", condition=Q(extension_days__lte=F("extension_limit"))
            ),
            models.CheckConstraint(
                name="case_deemed_approval_only_listed",
                condition=Q(deemed_approved=False) | Q(deemed_approval_listed=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"


class CaseNumberCounter(models.Model):
    """The last serial of one implementation code on one day: the only row two submissions of one item share."""

    prefix = models.CharField(max_length=39, primary_key=True)
    last = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="case_counter_starts_at_one", condition=Q(last__gte=1))]
