"""Addresses of staging plans."""

from django.urls import URLPattern, path

from pollready.console.views import staging, staging_plans

urlpatterns: list[URLPattern] = [
    path("staging/", staging.staging, name="staging"),
    path("staging/keep/", staging.staging_keep, name="staging-keep"),
    path("staging/plans/", staging_plans.staging_plans, name="staging-plans"),
    path("staging/plans/compare/", staging_plans.staging_compare, name="staging-compare"),
    path("staging/plans/<int:staging_id>/", staging_plans.staging_plan, name="staging-plan"),
    path(
        "staging/plans/<int:staging_id>/withdraw/",
        staging_plans.staging_withdraw,
        name="staging-withdraw",
    ),
    path(
        "staging/plans/<int:staging_id>/export/", staging_plans.staging_file, name="staging-export"
    ),
]
