"""Meetings, what is said and decided there, and minutes that nobody changes once they are frozen.

The database itself refuses to change frozen minutes and what was signed on them, as it does with
the audit log (0002): whoever owns the tables can take the triggers away, and the hashes then show
what he changed. A later migration that rebuilds these tables on SQLite must lay them again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MINUTES, SIGNATURE = "pollready_minutes", "pollready_signature"
REFUSAL = "frozen minutes do not change"
# What a row is called before the event, and the minutes that it belongs to.
FROZEN_MINUTES = "{row}.state = 'frozen'"
OF_FROZEN = (
    f"EXISTS (SELECT 1 FROM {MINUTES} WHERE {MINUTES}.id = {{row}}.minutes_id "
    f"AND {MINUTES}.state = 'frozen')"
)
GUARDS = [
    (MINUTES, "UPDATE", FROZEN_MINUTES.format(row="OLD")),
    (MINUTES, "DELETE", FROZEN_MINUTES.format(row="OLD")),
    (SIGNATURE, "UPDATE", OF_FROZEN.format(row="OLD")),
    (SIGNATURE, "DELETE", OF_FROZEN.format(row="OLD")),
    (SIGNATURE, "INSERT", OF_FROZEN.format(row="NEW")),
]
STAY = "pollready_minutes_stay"
SQLITE = [
    (
        f"CREATE TRIGGER {STAY}_{table}_{event.lower()} BEFORE {event} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"DROP TRIGGER {STAY}_{table}_{event.lower()}",
    )
    for table, event, condition in GUARDS
]
POSTGRESQL = [
    statements
    for table, event, condition in GUARDS
    for name in (f"{STAY}_{table}_{event.lower()}",)
    for statements in (
        (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$",
            f"DROP FUNCTION {name}()",
        ),
        (
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
            f"DROP TRIGGER {name} ON {table}",
        ),
    )
]
TRIGGERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def lay_triggers(apps, schema_editor):
    """Lay the triggers of this database."""
    for lay, _ in TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(lay)


def take_triggers(apps, schema_editor):
    """Take them away again."""
    for _, take in reversed(TRIGGERS[schema_editor.connection.vendor]):
        schema_editor.execute(take)


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0028_follow_ups"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "classification",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "normal"),
                            (1, "confidential"),
                            (2, "highly_confidential"),
                            (3, "secret"),
                            (4, "top_secret"),
                        ],
                        default=0,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("provincial", "provincial"),
                            ("county_review", "county_review"),
                            ("ad_hoc", "ad_hoc"),
                        ],
                        max_length=14,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("venue", models.CharField(blank=True, max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("quorum", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("open", "open"),
                            ("closed", "closed"),
                            ("signed", "signed"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("as_of_date", models.DateField(blank=True, null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="pollready.savedassessment",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="pollready.place",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="pollready.electionround",
                    ),
                ),
            ],
            options={
                "ordering": ["-starts_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("about", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("why", models.CharField(blank=True, max_length=40)),
                ("why_fields", models.JSONField(default=dict)),
                ("record", models.TextField(blank=True)),
                ("evidence", models.JSONField(default=dict)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="pollready.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["meeting", "ordinal", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MeetingMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("post", models.CharField(blank=True, max_length=200)),
                ("present", models.BooleanField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="pollready.meeting",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=0)),
                ("text", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("frozen", "frozen")],
                        default="draft",
                        max_length=6,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("canonical", models.TextField(blank=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("pdf_fa", models.BinaryField(default=b"")),
                ("pdf_fa_hash", models.CharField(blank=True, max_length=64)),
                ("pdf_en", models.BinaryField(default=b"")),
                ("pdf_en_hash", models.CharField(blank=True, max_length=64)),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="minutes",
                        to="pollready.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "minutes",
                "ordering": ["meeting", "number"],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_name", models.CharField(max_length=200)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("agrees", "agrees"), ("objects", "objects")], max_length=8
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("signed_hash", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="pollready.minutes",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SignedScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("mime", models.CharField(max_length=100)),
                ("stored_name", models.CharField(max_length=64)),
                ("attached_at", models.DateTimeField()),
                (
                    "attached_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="pollready.minutes",
                    ),
                ),
            ],
            options={
                "ordering": ["attached_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("about", models.CharField(blank=True, max_length=40)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("changes", models.JSONField(default=list)),
                ("effect", models.JSONField(blank=True, null=True)),
                ("effect_date", models.DateField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("deferred", "deferred"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="pollready.savedassessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="pollready.agendaitem",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="pollready.electionround",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("text", models.TextField()),
                ("legal_ground", models.CharField(blank=True, max_length=300)),
                ("office", models.CharField(blank=True, max_length=30)),
                ("due_date", models.DateField(blank=True, null=True)),
                ("abouts", models.JSONField(default=list)),
                ("figure", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("closed", "closed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="pollready.agency",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="pollready.agendaitem",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="pollready.suggestion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=40)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to="pollready.agendaitem",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="views",
                        to="pollready.electionround",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["provincial", "county_review", "ad_hoc"]),
                    ("state__in", ["planned", "open", "closed", "signed"]),
                ),
                name="meeting_kind_and_state_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("county__isnull", False), ("kind", "county_review")),
                    models.Q(
                        models.Q(("kind", "county_review"), _negated=True), ("county__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="meeting_of_a_county_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="meeting_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("quorum__gt", 0)), name="meeting_has_a_quorum"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("classification__lte", 4)), name="meeting_class_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state__in", ("planned", "open"))),
                    models.Q(("closed_at__isnull", False), ("state__in", ("closed", "signed"))),
                    _connector="OR",
                ),
                name="meeting_is_closed_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("about", ""), ("title", ""), _negated=True),
                name="agenda_item_has_a_title_or_an_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("about", ""), _negated=True), ("removed_at", None)),
                fields=("meeting", "about"),
                name="object_once_on_an_agenda",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingmember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("user__isnull", False)),
                    models.Q(("user", None), models.Q(("name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="meeting_member_is_a_user_or_a_guest",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingmember",
            constraint=models.UniqueConstraint(
                fields=("meeting", "user"), name="user_once_in_a_meeting"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.UniqueConstraint(
                fields=("meeting", "number"), name="minutes_once_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 0), ("text", "")),
                    models.Q(("number__gt", 0), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="addendum_has_a_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content_hash", ""), ("frozen_at", None), ("state", "draft")),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("frozen_by__isnull", False),
                        ("state", "frozen"),
                        models.Q(("content_hash", ""), _negated=True),
                        models.Q(("canonical", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="minutes_are_frozen_with_a_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("minutes", "user"),
                name="member_signs_minutes_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "agrees"),
                    models.Q(("verdict", "objects"), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="objection_has_a_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedscan",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0)), name="scan_is_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=models.Index(fields=["round", "about"], name="suggestion_by_object"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="suggestion_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("item__isnull", False), models.Q(("about", ""), _negated=True), _connector="OR"
                ),
                name="suggestion_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("state", "waiting")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("state__in", ("accepted", "declined", "deferred")),
                    ),
                    _connector="OR",
                ),
                name="suggestion_is_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="suggestion_is_declined_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="decision_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("office", ""), ("agency", None), _connector="OR"),
                    (
                        "office__in",
                        [
                            "",
                            "administrator",
                            "national",
                            "committee_head",
                            "secretary",
                            "agency_representative",
                            "agency_deputy",
                            "governor",
                            "district",
                            "operations",
                            "technician",
                            "supervision",
                        ],
                    ),
                ),
                name="decision_has_one_owner_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "withdrawn")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("due_date__isnull", False),
                        ("state", "closed"),
                        models.Q(
                            ("agency__isnull", False),
                            models.Q(("office", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="decision_is_closed_with_owner_and_day",
            ),
        ),
        migrations.AddIndex(
            model_name="view",
            index=models.Index(fields=["round", "about"], name="view_by_object"),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="view_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("item__isnull", False), models.Q(("about", ""), _negated=True), _connector="OR"
                ),
                name="view_is_of_something",
            ),
        ),
        migrations.RunPython(lay_triggers, take_triggers),
    ]
