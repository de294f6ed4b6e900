"""Addresses of imports and of background work."""

from django.urls import URLPattern, path

from pollready.console.views import imports, jobs

urlpatterns: list[URLPattern] = [
    path("import/", imports.import_list, name="import"),
    path("import/template/", imports.import_template, name="import-template"),
    path("import/template/filled/", imports.import_filled, name="import-filled"),
    path("import/<int:import_id>/", imports.import_stage, name="import-stage"),
    path("import/<int:import_id>/columns/", imports.import_mapping, name="import-mapping"),
    path("import/<int:import_id>/faults/", imports.import_faults, name="import-faults"),
    path("import/<int:import_id>/differences/", imports.import_diff, name="import-diff"),
    path("import/<int:import_id>/apply/", imports.import_apply, name="import-apply"),
    path("import/<int:import_id>/discard/", imports.import_discard, name="import-discard"),
    path("import/<int:import_id>/file/", imports.import_file, name="import-file"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job_page, name="job"),
    path("jobs/<int:job_id>/again/", jobs.job_again, name="job-again"),
    path("jobs/<int:job_id>/stop/", jobs.job_stop, name="job-stop"),
    path("assess-again/", jobs.assess_again, name="assess-again"),
]
