"""Declarations keep whether the letter of introduction named who signed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0022_claims_taken_back_are_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="readinessdeclaration",
            name="introduction_date",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="readinessdeclaration",
            name="introduction_no",
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name="readinessdeclaration",
            name="is_in_letter",
            field=models.BooleanField(editable=False, null=True),
        ),
    ]
