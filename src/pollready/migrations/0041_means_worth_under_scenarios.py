"""What means are worth is kept under expected failures, and under each scenario asked for."""

import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pollready", "0040_assessments_keep_waits")]

    operations = [
        migrations.AlterField(
            model_name="meansworth",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="means_worth",
                to="pollready.electionround",
            ),
        ),
        migrations.AddField(
            model_name="meansworth",
            name="scenario",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="pollready.scenario",
            ),
        ),
        migrations.AddConstraint(
            model_name="meansworth",
            constraint=models.UniqueConstraint(
                "round",
                django.db.models.functions.Coalesce("scenario", 0),
                name="means_worth_once_a_scenario",
            ),
        ),
    ]
