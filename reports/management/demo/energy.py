"""Monthly meter readings of a city's buildings in Brazil, as a spreadsheet program there writes them."""

from decimal import Decimal
from random import Random
from typing import NamedTuple

MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 13)]
# Cooling is what counts: the summer is from December to March.  January first.
SEASON = (1.22, 1.20, 1.12, 0.98, 0.88, 0.82, 0.80, 0.84, 0.92, 1.00, 1.08, 1.16)
TARIFFS = {2024: Decimal("0.78"), 2025: Decimal("0.83")}
# From this month on, these buildings have solar panels on the roof.
SOLAR = {"Escola": (2024, 9), "Biblioteca": (2025, 3)}
HEADER = "Data da leitura;Unidade;Tipo;Bairro;CEP;Medidor;Consumo (kWh);Demanda máxima (kW);Tarifa (R$/kWh);Valor (R$)"


class Building(NamedTuple):
    name: str
    type: str
    district: str
    postal_code: str
    base: int  # kWh in an average month


BUILDINGS = (
    Building("Escola Cecília Meireles", "Escola", "Pinheiros", "05422-010", 9_800),
    Building("Escola Anísio Teixeira", "Escola", "Ipiranga", "04206-000", 12_400),
    Building("Escola Paulo Freire", "Escola", "Itaquera", "08210-010", 15_200),
    Building("Escola Maria Firmina", "Escola", "Penha", "03632-010", 8_900),
    Building("Escola Milton Santos", "Escola", "Capão Redondo", "05868-000", 11_300),
    Building("Escola Nísia Floresta", "Escola", "Vila Mariana", "04018-001", 7_600),
    Building("Biblioteca do Parque", "Biblioteca", "Moema", "04077-000", 6_200),
    Building("Biblioteca Central", "Biblioteca", "República", "01047-010", 13_900),
    Building("Biblioteca da Lapa", "Biblioteca", "Lapa", "05074-000", 4_100),
    Building("Posto de Saúde Jardim Sul", "Saúde", "Morumbi", "05706-000", 10_700),
    Building("Posto de Saúde Bom Retiro", "Saúde", "Bom Retiro", "01123-001", 9_100),
    Building("Posto de Saúde Guaianases", "Saúde", "Guaianases", "08410-000", 12_900),
    Building("Hospital Dia Norte", "Saúde", "Santana", "02012-000", 48_500),
    Building("Ginásio do Tatuapé", "Esporte", "Tatuapé", "03067-000", 17_300),
    Building("Centro Esportivo Butantã", "Esporte", "Butantã", "05508-000", 21_800),
    Building("Piscina da Mooca", "Esporte", "Mooca", "03103-000", 26_400),
    Building("Prefeitura Regional Sé", "Administração", "Sé", "01001-000", 31_200),
    Building("Arquivo Municipal", "Administração", "Bom Retiro", "01124-060", 14_600),
    Building("Oficina de Ônibus Leste", "Transporte", "Penha", "03637-000", 38_900),
    Building("Terminal Santo Amaro", "Transporte", "Santo Amaro", "04754-000", 42_300),
)


def content() -> bytes:
    """Semicolons, decimal commas, days first, Windows-1252: what leaves a Brazilian office every day."""
    random = Random(1500)  # noqa: S311 (the same on every machine)
    lines = [HEADER, *(_line(random, building, number, *month) for month in MONTHS for number, building in _meters())]
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def _meters():
    return enumerate(BUILDINGS, 1)


def _line(random: Random, building: Building, number: int, year: int, month: int) -> str:
    growth = 1.03 if year == 2025 else 1.0
    panels = SOLAR.get(building.type)
    sun = 0.62 if panels and (year, month) >= panels else 1.0
    # A school uses little in the holidays.
    holidays = 0.55 if building.type == "Escola" and month in (1, 7, 12) else 1.0
    use = building.base * SEASON[month - 1] * growth * sun * holidays * random.uniform(0.95, 1.05)
    consumption = Decimal(use).quantize(Decimal("0.1"))
    demand = Decimal(use / 730 * random.uniform(2.6, 3.2)).quantize(Decimal("0.1"))
    cost = (consumption * TARIFFS[year]).quantize(Decimal("0.01"))
    day = f"{random.randint(24, 28):02}/{month:02}/{year}"
    numbers = (_number(value) for value in (consumption, demand, TARIFFS[year], cost))
    return ";".join(
        (day, building.name, building.type, building.district, building.postal_code, f"{number:05}", *numbers)
    )


def _number(value: Decimal) -> str:
    return f"{value:,}".translate(str.maketrans(",.", ".,"))
