"""`python -m tests.benchmarks [CASE ...]`: measure, print, and keep all figures in `DATA_DIR/bench.json`."""

import argparse
import json
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from portal import env
from tests.benchmarks.cases import CASES, Case
from tests.benchmarks.files import Files, Work
from tests.benchmarks.measure import Player
from tests.benchmarks.orders import prepare
from tests.benchmarks.results import Result, as_json, as_text


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    asked = parser.parse_args().cases or list(CASES)
    if unknown := set(asked) - set(CASES):
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    kept, target = {}, env.DATA_DIR / "bench.json"
    for name in asked:
        with tempfile.TemporaryDirectory(prefix="prelo-bench-") as folder:
            results = run(CASES[name], Path(folder))
        print(as_text(CASES[name], results), flush=True)
        kept[name] = as_json(CASES[name], results)
        target.write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    print(f"All figures: {target}")


def run(case: Case, folder: Path) -> dict[str, Result]:
    works = {entry.work.name: entry.work for entry in case.entries.values()}
    files = {name: _prepared(work, folder / name) for name, work in works.items()}
    players = {name: Player(entry.contender, files[entry.work.name]) for name, entry in case.entries.items()}
    results = {name: Result() for name in players}
    for turn in range(max(entry.times for entry in case.entries.values())):
        for name, player in players.items():
            if turn < case.entries[name].times:
                figures = player.make(folder / case.makes)
                results[name].add(figures, folder / case.makes)
                print(f"{name}: {figures.cpu:.2f} s of CPU", file=sys.stderr)
    for player in players.values():
        player.end()
    return results


def _prepared(work: Work, folder: Path) -> Files:
    """Made in a process of its own, which takes what it has loaded with it."""
    files = Files(work, folder)
    process = get_context("spawn").Process(target=prepare, args=(files,))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{work.name} could not be prepared")
    return files


if __name__ == "__main__":
    main()
