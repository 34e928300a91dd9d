from django.db import migrations
from django.db.models import F


def past_bursts_are_known(apps, schema_editor):
    """What ended before there was a badge for it is no news."""
    apps.get_model("reports", "Burst").objects.filter(seen_at=None).update(seen_at=F("finished_at"))


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_shared_time")]

    operations = [migrations.RunPython(past_bursts_are_known, migrations.RunPython.noop)]
