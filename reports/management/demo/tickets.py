"""A year and a half of requests to a service desk: times, yes and no, and cells that are empty."""

import csv
import io
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

TICKETS = 1500
FIRST_DAY, DAYS = datetime(2024, 7, 1), 549
# Monday is the busiest day; few people write at the weekend.
WEEKDAYS = (1.5, 1.2, 1.1, 1.0, 0.9, 0.2, 0.15)
HOURS = (0, 0, 0, 0, 0, 0, 1, 3, 8, 12, 13, 11, 6, 8, 11, 10, 8, 5, 3, 2, 1, 1, 0, 0)
# The desk learned, and answers faster every month.
MONTHLY_IMPROVEMENT = 0.97
HEADER = (
    "Ticket",
    "Opened",
    "Closed",
    "Team",
    "Category",
    "Priority",
    "Subject",
    "Hours to close",
    "Within target",
    "Satisfaction",
)


class Category(NamedTuple):
    name: str
    team: str
    hours: float
    weight: float
    subjects: tuple[str, ...]


class Priority(NamedTuple):
    name: str
    pace: float
    target_hours: int
    weight: float


CATEGORIES = (
    Category("Sign-in", "Accounts", 3, 6, ("Password forgotten", "Account locked", "New phone, no codes")),
    Category("Hardware", "Workplace", 30, 4, ("Laptop battery", "Screen flickers", "Keyboard, two keys dead")),
    Category("Printing", "Workplace", 9, 3, ("Paper jam on floor 2", "Prints are too pale", "Printer not listed")),
    Category("Network", "Infrastructure", 7, 3, ("No Wi-Fi in room 14", "VPN drops every hour", "Slow shared folder")),
    Category(
        "Software", "Applications", 20, 5, ("Spreadsheet crashes", "Licence has run out", "Update asks for rights")
    ),
    Category(
        "Onboarding", "Accounts", 44, 2, ("New colleague on Monday", "Change of team", "Last day, return devices")
    ),
)
PRIORITIES = (
    Priority("Urgent", 0.25, 4, 1),
    Priority("High", 0.6, 12, 3),
    Priority("Normal", 1.0, 40, 8),
    Priority("Low", 2.2, 80, 3),
)


def content() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_tickets(Random(1969)))  # noqa: S311 (the same on every machine)
    return text.getvalue().encode()


def _tickets(random: Random):
    days = [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
    chosen = random.choices(days, [WEEKDAYS[day.weekday()] for day in days], k=TICKETS)
    opened = sorted(
        day + timedelta(hours=random.choices(range(24), HOURS)[0], minutes=random.randrange(60)) for day in chosen
    )
    return [_ticket(random, number, time) for number, time in enumerate(opened, 1)]


def _ticket(random: Random, number: int, opened: datetime) -> tuple:
    category = random.choices(CATEGORIES, [category.weight for category in CATEGORIES])[0]
    priority = random.choices(PRIORITIES, [priority.weight for priority in PRIORITIES])[0]
    pace = priority.pace * MONTHLY_IMPROVEMENT ** ((opened - FIRST_DAY).days / 30)
    hours = round(category.hours * pace * random.lognormvariate(0, 0.6), 1)
    closed = opened + timedelta(hours=hours)
    subject = random.choice(category.subjects)
    head = (f"T-{number:05}", f"{opened:%Y-%m-%d %H:%M}")
    middle = (category.team, category.name, priority.name, subject)
    if closed > FIRST_DAY + timedelta(days=DAYS):
        return (*head, "", *middle, "", "", "")
    within = hours <= priority.target_hours
    # Not everybody answers; who waited too long is less happy.
    satisfaction = min(5, max(1, round(random.gauss(4.4 if within else 3.1, 0.8)))) if random.random() < 0.6 else ""
    return (*head, f"{closed:%Y-%m-%d %H:%M}", *middle, hours, "yes" if within else "no", satisfaction)
