import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0015_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="held",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="reports.snapshot",
            ),
        ),
        migrations.AddField(
            model_name="dataset",
            name="held_told",
            field=models.BooleanField(default=False),
        ),
    ]
