"""Which state of the register the log speaks of: looking at it leaves it as it is."""

from pollready.audit.models import AuditBatch

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
    "reveal_names", "save_view", "stop_job",
    # what is worked out from the register, or planned beside it
    "approve_plan", "cost_scenarios", "record_test", "save_assessment", "save_plan",
    "take_in_catalogue",
)  # fmt: skip


def register_version() -> int:
    """Give the number of the last batch that may have changed the register; 0 where none has."""
    batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER)
    return batches.order_by("-number").values_list("number", flat=True).first() or 0
