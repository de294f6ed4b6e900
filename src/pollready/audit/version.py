"""Which state of the register the log speaks of: looking at it leaves it as it is."""

from pollready.audit.models import AuditBatch

# Commands that are kept in the log but change nothing that a network, a name or a veil rests on.
LEAVES_REGISTER = (
    "choose_language", "explore_failures", "make_api_token", "make_sign_in_link",
    "revoke_api_token", "save_assessment", "use_sign_in_link", "work_out_exploration",
)  # fmt: skip


def register_version() -> int:
    """Give the number of the last batch that may have changed the register; 0 where none has."""
    batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER)
    return batches.order_by("-number").values_list("number", flat=True).first() or 0
