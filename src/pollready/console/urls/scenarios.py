"""Addresses of scenarios, contingency plans and declarations of readiness."""

from django.urls import URLPattern, path

from pollready.console.views import declarations, plans, scenario_writing, scenarios

urlpatterns: list[URLPattern] = [
    path("scenarios/", scenarios.scenario_list, name="scenarios"),
    path("scenarios/new/", scenario_writing.scenario_new, name="scenario-new"),
    path("scenarios/matrix/", scenarios.scenario_matrix, name="scenario-matrix"),
    path("scenarios/cost/", scenario_writing.scenarios_cost, name="scenarios-cost"),
    path("scenarios/<int:scenario_id>/", scenarios.scenario_page, name="scenario"),
    path(
        "scenarios/<int:scenario_id>/stations/",
        scenarios.scenario_stations,
        name="scenario-stations",
    ),
    path("scenarios/<int:scenario_id>/edit/", scenario_writing.scenario_edit, name="scenario-edit"),
    path(
        "scenarios/<int:scenario_id>/likelihood/",
        scenario_writing.scenario_likelihood,
        name="scenario-likelihood",
    ),
    path("scenarios/<int:scenario_id>/plan/", plans.plan_edit, name="plan-edit"),
    path("scenarios/<int:scenario_id>/plan/approve/", plans.plan_approve, name="plan-approve"),
    path("scenarios/<int:scenario_id>/plan/tested/", plans.plan_tested, name="plan-tested"),
    path("declarations/", declarations.declaration_list, name="declarations"),
    path("declarations/new/", declarations.declaration_new, name="declaration-new"),
    path("declarations/<int:declaration_id>/", declarations.declaration_page, name="declaration"),
    path(
        "declarations/<int:declaration_id>/withdraw/",
        declarations.declaration_withdraw,
        name="declaration-withdraw",
    ),
]
