"""Two years of orders of a coffee roaster that sells in Brazil and in Europe."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

ORDERS = 2400
FIRST_DAY, DAYS = date(2024, 1, 1), 731
# People drink more coffee in the cold months; December brings presents.  January first.
NORTH = (1.10, 1.05, 1.00, 0.92, 0.86, 0.80, 0.74, 0.72, 0.92, 1.06, 1.22, 1.50)
SOUTH = (0.80, 0.78, 0.90, 0.98, 1.12, 1.20, 1.22, 1.12, 1.00, 0.94, 0.98, 1.30)
YEARLY_GROWTH = 0.35
# No orders are packed on Sundays; the week ends slowly.  Monday first.
WEEKDAYS = (1.25, 1.10, 1.05, 1.05, 1.15, 0.55, 0.0)


class Market(NamedTuple):
    region: str
    season: tuple[float, ...]
    weight: float
    customers: dict[str, tuple[str, ...]]


class Coffee(NamedTuple):
    name: str
    price: Decimal
    weight: float


class Channel(NamedTuple):
    name: str
    discount: Decimal
    quantities: range
    weight: float


MARKETS = (
    Market(
        "Brazil",
        SOUTH,
        5,
        {
            "São Paulo": ("Padaria Bela Vista", "Café Jacarandá", "Empório Pinheiros", "Mercado do Largo"),
            "Belo Horizonte": ("Café Serra Clara", "Pão & Prosa", "Armazém Savassi"),
            "Curitiba": ("Casa Araucária", "Confeitaria Batel"),
            "Recife": ("Café do Cais", "Empório Boa Vista"),
            "Porto Alegre": ("Padaria Moinhos", "Café Guaíba"),
        },
    ),
    Market(
        "Southern Europe",
        NORTH,
        3,
        {
            "Lisbon": ("Pastelaria Alfama", "Café Miradouro", "Mercearia da Graça"),
            "Porto": ("Confeitaria Ribeira", "Café Bolhão"),
            "Barcelona": ("Forn de Gràcia", "Cafès del Born"),
        },
    ),
    Market(
        "Central Europe",
        NORTH,
        4,
        {
            "Berlin": ("Kaffeehaus Linde", "Rösterei am Kanal", "Bäckerei Sommer"),
            "Hamburg": ("Speicher Kaffee", "Konditorei Elbe"),
            "Vienna": ("Café Rosengasse", "Greißlerei Huber"),
        },
    ),
)
COFFEES = (
    Coffee("Cerrado Natural 250 g", Decimal("7.40"), 6),
    Coffee("Mantiqueira Honey 250 g", Decimal("9.20"), 4),
    Coffee("House Espresso 1 kg", Decimal("21.50"), 7),
    Coffee("House Filter 1 kg", Decimal("20.90"), 4),
    Coffee("Decaf 250 g", Decimal("8.10"), 2),
    Coffee("Yirgacheffe Washed 250 g", Decimal("11.80"), 2),
    Coffee("Tasting Box", Decimal("32.00"), 1),
)
CHANNELS = (
    Channel("Online shop", Decimal("1.00"), range(1, 7), 5),
    Channel("Wholesale", Decimal("0.82"), range(8, 49, 4), 4),
    Channel("Subscription", Decimal("0.92"), range(2, 13), 2),
)
HEADER = ("Date", "Order number", "Region", "City", "Customer", "Channel", "Product", "Quantity", "Unit price", "Total")


def content() -> bytes:
    """A CSV file as English programs write it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_orders(Random(1871)))  # noqa: S311 (the same on every machine)
    return text.getvalue().encode()


def _orders(random: Random):
    days = [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
    picks = []
    for market in MARKETS:
        weights = [market.weight * _demand(day, market.season) for day in days]
        picks += [(day, market, weight) for day, weight in zip(days, weights, strict=True)]
    chosen = random.choices(picks, [weight for _, _, weight in picks], k=ORDERS)
    for number, (day, market, _) in enumerate(sorted(chosen, key=lambda pick: (pick[0], pick[1].region)), 1):
        city = random.choices(tuple(market.customers), range(len(market.customers), 0, -1))[0]
        coffee = random.choices(COFFEES, [coffee.weight for coffee in COFFEES])[0]
        channel = random.choices(CHANNELS, [channel.weight for channel in CHANNELS])[0]
        customer = random.choice(market.customers[city]) if channel.name == "Wholesale" else "Private customer"
        # Green coffee became dearer in the second year.
        rise = Decimal("1.09") if day.year > FIRST_DAY.year else Decimal(1)
        price = (coffee.price * channel.discount * rise).quantize(Decimal("0.01"))
        quantity = random.choice(channel.quantities)
        order = f"{number:06}"
        yield day, order, market.region, city, customer, channel.name, coffee.name, quantity, price, quantity * price


def _demand(day: date, season: tuple[float, ...]) -> float:
    growth = 1 + YEARLY_GROWTH * (day - FIRST_DAY).days / 365
    return season[day.month - 1] * WEEKDAYS[day.weekday()] * growth
