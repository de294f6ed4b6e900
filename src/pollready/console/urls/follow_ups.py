"""Addresses of what somebody owes, and of follow-ups."""

from django.urls import URLPattern, path

from pollready.console.views import attached_withdrawal, follow_ups, work
from pollready.console.views import follow_up_writing as writing

_ONE = "follow-ups/<int:follow_up_id>/"

urlpatterns: list[URLPattern] = [
    path("work/", work.work_page, name="work"),
    path("work/seen/", work.work_seen, name="work-seen"),
    path("follow-ups/", follow_ups.follow_up_list, name="follow-ups"),
    path("follow-ups/new/", writing.follow_up_new, name="follow-up-new"),
    path("follow-ups/files/<int:file_id>/", follow_ups.follow_up_file, name="follow-up-file"),
    path(
        "follow-ups/files/<int:file_id>/withdraw/",
        attached_withdrawal.follow_up_file_withdraw,
        name="follow-up-file-withdraw",
    ),
    path(_ONE, follow_ups.follow_up_page, name="follow-up"),
    path(f"{_ONE}edit/", writing.follow_up_edit, name="follow-up-edit"),
    path(f"{_ONE}done/", writing.follow_up_done, name="follow-up-done"),
    path(f"{_ONE}hand-back/", writing.follow_up_hand_back, name="follow-up-hand-back"),
    path(f"{_ONE}accept/", writing.follow_up_accept, name="follow-up-accept"),
    path(f"{_ONE}drop/", writing.follow_up_drop, name="follow-up-drop"),
    path(f"{_ONE}check/", follow_ups.follow_up_check, name="follow-up-check"),
    path(f"{_ONE}checking/", follow_ups.follow_up_checking, name="follow-up-checking"),
]
