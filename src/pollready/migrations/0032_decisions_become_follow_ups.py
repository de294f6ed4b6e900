"""A decision that binds leads to the follow-ups by which it is carried out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0031_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="follow_ups",
            field=models.ManyToManyField(
                blank=True, related_name="decisions", to="pollready.followup"
            ),
        ),
    ]
