"""Addresses of lists, their files and views, and of what stations rest on."""

from django.urls import URLPattern, path

from pollready.console.views import components, exports, handling, lists

urlpatterns: list[URLPattern] = [
    path("stations/", lists.station_list, name="stations"),
    path("components/", lists.component_list, name="components"),
    path("components/<int:component_id>/", components.component_page, name="component"),
    path(
        "components/<int:component_id>/agency/",
        handling.component_agency,
        name="component-agency",
    ),
    path("components/<int:component_id>/class/", handling.component_class, name="component-class"),
    path("groups/", lists.group_list, name="groups"),
    path("groups/<int:group_id>/", components.group_page, name="group"),
    path("signals/", lists.signal_list, name="signals"),
    path("devices/", lists.devices_state_list, name="devices-state"),
    path("lists/<slug:name>/export/", lists.export, name="export"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:export_id>/", exports.export_request, name="export-request"),
    path("exports/<int:export_id>/file/", exports.export_take, name="export-take"),
    path("lists/views/save/", lists.views_save, name="views-save"),
    path("lists/views/<int:view_id>/delete/", lists.view_delete, name="view-delete"),
]
