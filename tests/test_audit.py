"""What `make audit` makes of what pip-audit says."""

import json
import runpy

import pytest

from portal import env

judge = runpy.run_path(str(env.ROOT / "deploy/audit.py"))["judge"]

BAD = {"name": "django", "version": "5.2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["5.2.1"]}]}
GOOD = {"name": "celery", "version": "5.7", "vulns": []}
UNKNOWN = {"name": "amqp", "skip_reason": "Dependency not found on PyPI"}
UNREACHED = ["NOT AUDITED: the list of known vulnerabilities (PyPI) cannot be reached from here."]


@pytest.mark.parametrize(
    ("packages", "found", "said"),
    [
        ([GOOD, BAD, UNKNOWN], True, ["django 5.2: PYSEC-1, mended in 5.2.1"]),
        ([GOOD, UNKNOWN], False, ["No known vulnerability in 1 packages.", "NOT AUDITED: amqp"]),
        ([UNKNOWN, UNKNOWN], False, UNREACHED),
    ],
)
def test_a_known_vulnerability_fails_and_a_list_out_of_reach_is_told(packages, found, said):
    assert judge(json.dumps({"dependencies": packages})) == (found, said)


def test_no_answer_at_all_is_told_too():
    assert judge("") == (False, UNREACHED)
