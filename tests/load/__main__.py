"""`python -m tests.load [CASE ...]`: measure, print, and keep all figures in `DATA_DIR/load.json`."""

import argparse
import json
import os
import subprocess
import sys

from portal import env

# The soak takes half an hour, and is done when it is asked for.
USUAL, CASES = ("polls", "rate"), ("polls", "rate", "soak")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    asked = parser.parse_args().cases or USUAL
    if unknown := set(asked) - set(CASES):
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    kept, target = {}, env.DATA_DIR / "load.json"
    for case in asked:
        kept[case] = _measured(case)
        print(case)
        for name, figure in kept[case].items():
            print(f"  {name:30} {figure:.3g}" if isinstance(figure, float) else f"  {name:30} {figure}", flush=True)
        target.write_text(json.dumps(kept, indent=1))
    print(f"All figures: {target}")


def _measured(case: str) -> dict:
    """In a process that has a data folder of its own."""
    command = [sys.executable, "-m", "tests.load.case", case]
    variables = os.environ | {"DATABASE": "postgresql"}
    done = subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
