"""Which state of the register the log speaks of: looking at it leaves it as it is."""

from pollready.audit.models import AuditBatch, AuditEntry

# Commands that are kept in the log but change nothing that a network, a name or a veil rests on.
# One that is missing here only costs time: what is kept is then made anew for nothing.
LEAVES_REGISTER = (
    # who comes in, and how
    "change_password", "choose_language", "choose_password", "end_every_session",
    "end_other_sessions", "end_session", "invite_person", "make_api_token", "make_sign_in_link",
    "reopen_account", "reset_password", "reset_second_step", "revoke_api_token", "sign_in",
    "unlock", "use_sign_in_link",
    # looking, asking, talking
    "comment", "delete_view", "edit_comment", "explore_failures", "export_list", "recheck",
    "reveal_names", "save_view",
    # what is worked out from the register, or planned beside it
    "approve_plan", "cost_scenarios", "record_test", "save_assessment", "save_plan",
    "take_in_catalogue",
)  # fmt: skip

# Entries that tell what is said of an object: how it is called, whose and how secret stays.
SAID_OF_THINGS = frozenset({"claim", "evidence", "resolution"})
_LOOKED_AT = 5000


def register_version() -> int:
    """Give the number of the last batch that may have changed the register; 0 where none has."""
    return (register_mark() or (0, ""))[0]


def register_mark() -> tuple[int, str] | None:
    """Give the number and hash of that batch: of two registers with one number, another."""
    batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER)
    return batches.order_by("-number").values_list("number", "hash").first()


def only_said_between(seen: int, version: int) -> bool:
    """Tell whether all that changed the register after one version was said of its objects.

    False where that is too much to look at: then what rests on the objects is made anew.
    """
    batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER).filter(
        number__gt=seen, number__lte=version
    )
    told = AuditEntry.objects.filter(batch__in=batches).values_list("batch", "object_type")
    rows = list(told.order_by()[: _LOOKED_AT + 1])
    return (
        len(rows) <= _LOOKED_AT
        and {kind for _, kind in rows} <= SAID_OF_THINGS
        and batches.count() == len({batch for batch, _ in rows})
    )
