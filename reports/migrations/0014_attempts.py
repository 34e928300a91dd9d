from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_bursts")]

    operations = [
        migrations.RenameModel(old_name="FailedTry", new_name="Attempt"),
        migrations.AddField(
            model_name="slot",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
