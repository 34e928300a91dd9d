"""Data to try the portal with: invented, the same on every machine, and shaped like what people really have."""

from collections.abc import Callable
from typing import NamedTuple

from reports.management.demo import energy, sales, tickets


class DemoFile(NamedTuple):
    """A file as a person would bring it."""

    dataset: str
    file_name: str
    content: Callable[[], bytes]


FILES = (
    DemoFile("Coffee sales", "coffee-sales.csv", sales.content),
    DemoFile("Service tickets", "service-tickets.csv", tickets.content),
    DemoFile("Leituras de energia", "leituras-de-energia.csv", energy.content),
)

# What the first report is: its kind, its dataset, and its options as one would set them on a command line.
FIRST_REPORT = (
    "summary",
    "Coffee sales",
    [
        "title=Coffee sales, 2024 and 2025",
        "measures=Quantity, Total",
        "measure=Total",
        "breakdowns=Region, Channel, Product",
        "rankings=City",
    ],
)
