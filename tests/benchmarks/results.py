"""Figures as a table for people and as JSON."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import pypdfium2

from tests.benchmarks.cases import Case, Peak, Ratio, Seconds
from tests.benchmarks.measure import MEGABYTE, Figures


@dataclass
class Result:
    """What each run of a contender took, and what it made last; of a PDF its pages."""

    runs: list[Figures] = field(default_factory=list)
    pages: int = 0
    megabytes: float = 0.0

    def add(self, run: Figures, made: Path) -> None:
        self.runs.append(run)
        if made.suffix == ".pdf":
            with pypdfium2.PdfDocument(made) as document:
                self.pages = len(document)
        self.megabytes = made.stat().st_size / MEGABYTE

    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    def peak(self) -> float:
        return max(run.peak for run in self.runs)

    def steps(self) -> dict[str, "Result"]:
        return {name: Result([run.steps[name] for run in self.runs]) for name in self.runs[0].steps}


Results = dict[str, Result]


def as_text(case: Case, results: Results) -> str:
    """Medians of seconds, the highest of the peaks, and what was to be reached."""
    lines = [case.title, f"{'':30}{'CPU s':>8}{'clock s':>9}{'peak MB':>9}{'pages':>7}{'size MB':>9}{'runs':>6}"]
    for name, result in results.items():
        lines.append(f"{_seconds(name, result)}{result.pages:7}{result.megabytes:9.1f}{len(result.runs):6}")
        lines += [_seconds(f"  {step}", made) for step, made in result.steps().items()]
    if case.targets:
        lines.append(f"{'':45}{'CPU':>8}{'clock':>8}{'at most':>9}")
    lines += [_verdict(target, results) for target in case.targets]
    return "\n".join(lines) + "\n"


def _seconds(name: str, result: Result) -> str:
    return f"{name:30}{result.cpu():8.3f}{result.wall():9.3f}{result.peak():9.0f}"


def _verdict(target: Ratio | Peak | Seconds, results: Results) -> str:
    """Seconds of CPU decide: other work on the machine disturbs them least."""
    if isinstance(target, Peak):
        measured = results[target.of].peak()
        figures = f"{f'{target.of}, peak MB':45}{measured:8.0f}{'':8}{target.at_most:9.0f}"
    elif isinstance(target, Seconds):
        measured, clock = results[target.of].cpu(), results[target.of].wall()
        figures = f"{f'{target.of}, seconds':45}{measured:8.3g}{clock:8.3g}{target.at_most:9.3g}"
    else:
        measured, clock = _ratios(target, results)
        figures = f"{f'{target.of} : {target.to}':45}{measured:8.3g}{clock:8.3g}{target.at_most:9.3g}"
    return f"{figures}  {'reached' if measured <= target.at_most else 'MISSED'}"


def _ratios(target: Ratio, results: Results) -> tuple[float, float]:
    of, to = results[target.of], results[target.to]
    return of.cpu() / to.cpu(), of.wall() / to.wall()


def as_json(case: Case, results: Results) -> dict:
    return {
        "title": case.title,
        "contenders": {name: _contender(result) for name, result in results.items()},
        "targets": [asdict(target) | _measured(target, results) for target in case.targets],
    }


def _contender(result: Result) -> dict:
    facts = {"pages": result.pages, "megabytes": result.megabytes, "runs": [asdict(run) for run in result.runs]}
    return {"cpu": result.cpu(), "wall": result.wall(), "peak": result.peak(), **facts}


def _measured(target: Ratio | Peak | Seconds, results: Results) -> dict:
    if isinstance(target, Seconds):
        return {"cpu": results[target.of].cpu(), "wall": results[target.of].wall()}
    if isinstance(target, Peak):
        return {"peak": results[target.of].peak()}
    return dict(zip(("cpu", "wall"), _ratios(target, results), strict=True))
