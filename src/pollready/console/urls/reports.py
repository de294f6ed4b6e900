"""Addresses of status reports that are kept, and of packages of provinces."""

from django.urls import URLPattern, path

from pollready.console.views import national, reports

urlpatterns: list[URLPattern] = [
    path("reports/", reports.report_list, name="reports"),
    path("reports/new/", reports.report_new, name="report-new"),
    path("reports/forms/", reports.report_forms, name="report-forms"),
    path("reports/forms/<int:form_id>/end/", reports.report_form_end, name="report-form-end"),
    path("reports/<int:report_id>/", reports.report_page, name="report"),
    path("reports/<int:report_id>/verify/", reports.report_verify, name="report-verify"),
    path("reports/files/<int:report_file_id>/", reports.report_file, name="report-file"),
    path("reports/requests/<int:request_id>/", reports.report_request, name="report-request"),
    path("provinces/", national.provinces, name="provinces"),
    path("provinces/send/", national.send, name="provinces-send"),
    path("provinces/take-in/", national.take_in, name="provinces-take-in"),
    path("provinces/keys/", national.province_keys, name="provinces-keys"),
    path("provinces/keys/<int:key_id>/end/", national.province_key_end, name="provinces-key-end"),
]
