"""`make audit`: has a package of requirements/base.txt a known vulnerability?

Ends with 1 when one has.  Where nobody answers who could know, it says so and ends with 0: pip-audit calls that clean.
"""

import json
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "requirements/base.txt"
OPTIONS = ("--disable-pip", "--format", "json", "--progress-spinner", "off")


def main() -> int:
    command = [Path(sys.executable).with_name("pip-audit"), "--requirement", REQUIREMENTS, *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found, lines = judge(done.stdout)
    print(*lines, sep="\n")
    return int(found)


def judge(report: str) -> tuple[bool, list[str]]:
    """Whether there are vulnerabilities, and what is to be said of `report`: pip-audit's JSON, or nothing."""
    packages = json.loads(report)["dependencies"] if report.strip() else []
    known = [package for package in packages if "vulns" in package]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for package in known
        for found in package["vulns"]
    ]
    if lines:
        return True, lines
    if not known:
        return False, ["NOT AUDITED: the list of known vulnerabilities (PyPI) cannot be reached from here."]
    missing = [package["name"] for package in packages if package not in known]
    return False, [
        f"No known vulnerability in {len(known)} packages.",
        *(f"NOT AUDITED: {name}" for name in missing),
    ]


if __name__ == "__main__":
    sys.exit(main())
