"""Which state of the register the log speaks of: looking at it leaves it as it is."""

from threading import Lock

from django.db.models import Exists, OuterRef

from pollready.audit.models import AuditBatch, AuditEntry

# Commands that are kept in the log but change nothing that a network, a name or a veil rests on.
# One that is missing here only costs time: what is kept is then made anew for nothing.
LEAVES_REGISTER = (
    # who comes in, and how
    "change_password", "choose_language", "choose_password", "end_every_session",
    "end_calendar_feed", "end_other_sessions", "end_session", "invite_person", "make_api_token",
    "make_calendar_feed", "make_sign_in_link", "reopen_account", "reset_password",
    "reset_second_step", "revoke_api_token", "set_contacts", "sign_in", "unlock",
    "use_sign_in_link", "send_test_message", "try_reminders_again",
    # looking, asking, talking
    "approve_export", "ask_export", "comment", "delete_view", "edit_comment", "explore_failures",
    "export_list", "recheck", "refuse_export", "reveal_names", "save_view", "stop_job",
    # what is worked out from the register, or planned beside it
    "approve_plan", "cost_scenarios", "record_test", "save_assessment", "save_plan",
    "take_in_catalogue",
    "accept_allocation", "ask_allocation", "decide_allocation", "make_allocation",
    "withdraw_allocation_decision",
    "keep_staging_plan", "withdraw_staging_plan",
    # what is owed, and done
    "end_form", "end_trust", "export_package", "hand_out_report", "import_package", "keep_form",
    "make_report", "trust_key",
    "change_duty", "end_duty", "enter_duty", "hand_back_duty", "report_done",
    # meetings
    "add_addendum", "add_item", "answer_suggestion", "attach_scan", "change_decision",
    "change_item", "change_meeting", "change_suggestion", "close_decision", "close_meeting",
    "draft_decision", "freeze_minutes", "give_view", "invite_to_meeting", "move_item",
    "open_meeting", "plan_meeting", "record_attendance", "remove_item", "sign_minutes", "suggest",
    "take_agenda", "take_minutes_text", "try_suggestion", "uninvite_from_meeting",
    "withdraw_decision",
    # reviews of counties
    "answer_review", "hand_out_review", "hold_review", "prepare_review", "send_review",
    "settle_objection", "sign_review", "withdraw_review",
    "accept_follow_up", "change_follow_up", "check_follow_up", "drop_follow_up",
    "hand_back_follow_up", "report_follow_up", "start_follow_up", "take_out_follow_up_file",
    "withdraw_follow_up_file",
    # what agencies lend, and who counts it
    "attach_note", "correct_entry", "enter_movement", "open_lot", "settle_count", "state_count",
    "take_out_note", "withdraw_note",
)  # fmt: skip

# What an entry of the log can be of while every station stays where it is, in the list as it is.
LEAVES_STATIONS = (
    "claim", "component", "evidence", "group", "requirement", "resolution", "source",
    "incident", "duty",
    "duty_proof", "follow_up", "resource", "lot_entry", "lot_evidence", "obstacle_case",
    "case_comment", "reminder_gateway", "scenario", "contingency_plan", "declaration",
    "allocation_plan", "allocation_decision", "staging_plan",
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


def told_of_between(seen: int, version: int) -> frozenset[str] | None:
    """Give the objects, as the log writes them, of which something was said after one version.

    None where something else changed too, or where it is too much to look at: then what rests
    on the objects is made anew.
    """
    batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER).filter(
        number__gt=seen, number__lte=version
    )
    told = AuditEntry.objects.filter(batch__in=batches)
    rows = list(told.order_by().values_list("batch", "object_type", "object_id")[: _LOOKED_AT + 1])
    only_said = (
        len(rows) <= _LOOKED_AT
        and {kind for _, kind, _ in rows} <= SAID_OF_THINGS
        and batches.count() == len({batch for batch, _, _ in rows})
    )
    return frozenset(about for _, _, about in rows) if only_said else None


def only_said_between(seen: int, version: int) -> bool:
    """Tell whether all that changed the register after one version was said of its objects."""
    return told_of_between(seen, version) is not None


class StationsVersion:
    """The number of the last batch that may have changed a station, its place, stops or voters.

    Batches that were looked at once are not looked at again: thousands of corrections of
    components may lie above the last one of a station.
    """

    def __init__(self) -> None:
        self._looked, self._changed = 0, 0
        self._lock = Lock()

    def now(self) -> int:
        """Give the number; 0 where nothing has been written."""
        last = register_version()
        with self._lock:
            looked, changed = self._looked, self._changed
        if last == looked:
            return changed
        if last < looked:  # another register, or one put back
            looked = changed = 0
        changed = self._last_after(looked) or changed
        with self._lock:
            self._looked, self._changed = last, changed
        return changed

    def forget(self) -> None:
        """Begin anew; for tests, whose registers come and go under the same numbers."""
        with self._lock:
            self._looked = self._changed = 0

    def _last_after(self, looked: int) -> int | None:
        entries = AuditEntry.objects.filter(batch=OuterRef("pk"))
        # What tells nothing of its objects may have changed anything: a backup taken for true.
        changing = Exists(entries.exclude(object_type__in=LEAVES_STATIONS)) | ~Exists(entries)
        batches = AuditBatch.objects.exclude(command__in=LEAVES_REGISTER).filter(number__gt=looked)
        return batches.filter(changing).order_by("-number").values_list("number", flat=True).first()


STATIONS_VERSION = StationsVersion()
