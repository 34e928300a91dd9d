"""The storage that `STORAGE_URL` names."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.stores import at

HERE = Path("/srv/prelo")


def test_without_an_address_files_lie_in_the_data_folder():
    assert at("", HERE) == {"BACKEND": "reports.storage.disk.Disk", "OPTIONS": {"location": HERE / "storage"}}


def test_an_address_names_all_that_a_bucket_needs():
    options = at("s3://AKIA:a%2Fb%40c@files/prelo/eu?endpoint=https://store:9000&region=eu-west-1", HERE)["OPTIONS"]
    assert options == {
        "bucket_name": "files",
        "location": "prelo/eu",
        "endpoint_url": "https://store:9000",
        "region_name": "eu-west-1",
        "access_key": "AKIA",
        "secret_key": "a/b@c",
    }


def test_a_key_may_come_from_the_environment():
    assert not {"access_key", "secret_key"} & at("s3://files", HERE)["OPTIONS"].keys()


@pytest.mark.parametrize(
    "url",
    [
        "files",
        "https://files",
        "s3://",
        "s3:///prefix",
        "s3://key@files",
        "s3://key:sec#ret@files",
        "s3://key:secret@files?endpont=http://store",
        "s3://key:secret@files?endpoint=store:9000",
        "s3://key:secret@files?endpoint",
        "s3://key:secret@files:9000",
        "s3://key:secret@[files",
    ],
)
def test_what_is_no_such_address_is_refused_and_the_secret_not_repeated(url):
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL") as refused:
        at(url, HERE)
    assert "sec" not in str(refused.value).replace("a key without its secret, or a secret without", "").replace(
        "s3://key:secret@bucket", ""
    )
