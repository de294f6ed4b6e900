"""What was taken back since an assessment is found without reading every claim."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0021_exports_wait_for_approval"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("superseded_at__isnull", False)),
                fields=["superseded_at"],
                name="claim_superseded_at",
            ),
        ),
    ]
