"""Addresses of signing in, one's own account, and the people of the installation.

Names with `account_` and `mfa_` are those by which allauth finds its own pages; no other page
of it exists here.
"""

from django.urls import URLPattern, path

from pollready.console.views import (
    account,
    people,
    person,
    reminder_channels,
    second_step,
    sign_in,
    tokens,
)

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in.sign_in_form, name="account_login"),
    path("sign-in/second-step/", sign_in.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in.passkey, name="mfa_login_webauthn"),
    path("sign-in/again/", sign_in.start_again, name="sign-in-again"),
    path("sign-in/<str:token>/", sign_in.by_link, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="account-password"),
    path("account/reminders/", account.contacts, name="account-contacts"),
    path("account/devices/", account.devices, name="account-devices"),
    path("account/devices/end-others/", account.end_others, name="account-devices-others"),
    path("account/devices/<int:session_id>/end/", account.end_device, name="account-device-end"),
    path("account/tokens/", tokens.tokens, name="account-tokens"),
    path("account/tokens/<int:token_id>/end/", tokens.revoke, name="account-token-revoke"),
    path("account/confirm/", second_step.confirm_password, name="account_reauthenticate"),
    path("account/confirm/code/", second_step.confirm_code, name="mfa_reauthenticate"),
    path("account/second-step/", second_step.overview, name="account-mfa"),
    path("account/second-step/app/", second_step.add_app, name="mfa_activate_totp"),
    path("account/second-step/app/remove/", second_step.remove_app, name="mfa_deactivate_totp"),
    path("account/second-step/passkey/", second_step.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/second-step/passkey/<int:pk>/remove/",
        second_step.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("account/second-step/codes/", second_step.codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-step/codes/new/",
        second_step.new_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="person-invite"),
    path("people/reminders/", reminder_channels.reminder_channels, name="reminder-channels"),
    path("people/reminders/test/", reminder_channels.reminder_test, name="reminder-test"),
    path("people/reminders/again/", reminder_channels.reminder_again, name="reminder-again"),
    path("people/link/", people.link, name="person-link"),
    path("people/<int:person_id>/", person.person_page, name="person"),
    path("people/<int:person_id>/rights/", person.rights, name="person-rights"),
    *(
        path(f"people/<int:person_id>/{act}/", person.act_on, {"act": act}, name=f"person-{act}")
        for act in person.ACTS
    ),
]
