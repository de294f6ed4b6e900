"""Assessments of before take the class that their own summary tells."""

from django.db import migrations


def fill(apps, schema_editor):
    """Copy the class out of each summary."""
    assessments = apps.get_model("pollready", "SavedAssessment").objects
    for pk, level in assessments.values_list("pk", "summary__classification"):
        assessments.filter(pk=pk).update(classification=level or 0)


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0014_assessment_has_a_class"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
