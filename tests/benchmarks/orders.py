"""The rows: orders of a wholesaler, the same wherever they are made, as many as are wanted."""

from collections.abc import Iterator
from html import escape

import django
import duckdb

from portal import env
from reports.kinds import Spec
from reports.pipeline import gather, render
from tests.benchmarks.files import Files
from tests.benchmarks.measure import in_fork
from tests.kinds.making import quiet, spec_for

STYLES = env.ROOT / "static" / "css" / "print.css"
PICK = "CREATE MACRO pick(n, salt, choices) AS (hash(n, salt) % choices)::BIGINT"
ORDERS = """
    SELECT
        n + 1 AS "Order",
        DATE '2024-01-01' + pick(n, 1, 731)::INTEGER AS "Date",
        ['Padaria', 'Café', 'Empório', 'Rösterei', 'Bäckerei', 'Mercearia', 'Пекарня', 'Καφενείο'][1 + pick(n, 2, 8)]
            || ' ' || ['Bela Vista', 'Jacarandá', 'am Kanal', 'do Cais', 'Gràcia', 'Elbe'][1 + pick(n, 3, 6)]
            || ' ' || (1 + pick(n, 4, 900)) AS "Customer",
        ['São Paulo', 'Belo Horizonte', 'Curitiba', 'Recife', 'Lisbon', 'Wien', 'Αθήνα', 'Варна'][1 + pick(n, 5, 8)]
            AS "City",
        ['Cerrado Natural', 'Mantiqueira Honey', 'House Espresso', 'Decaf', 'Yirgacheffe Washed'][1 + pick(n, 6, 5)]
            || ' ' || ['250 g', '500 g', '1 kg'][1 + pick(n, 7, 3)] AS "Product",
        array_to_string(list_transform(range(3 + pick(n, 10, 4) + 9 * (n % 3 = 0)::BIGINT), lambda i:
            ['fragile', 'deliver', 'before', 'noon', 'ring', 'twice', 'façade', 'второй', 'этаж', 'reception',
             'invoice', 'separately'][1 + pick(n, 20 + i, 12)]), ' ') AS "Remark",
        1 + pick(n, 8, 480) AS "Quantity",
        ((100 + pick(n, 9, 9900)) * 0.01)::DECIMAL(18, 2) AS "Unit price",
        ((1 + pick(n, 8, 480)) * (100 + pick(n, 9, 9900)) * 0.01)::DECIMAL(18, 2) AS "Total"
    FROM range({rows}) AS numbers(n)
"""


# As a person brings them: the column of branches has one late 007, which is no 7.
BROUGHT = """
    SELECT * EXCLUDE ("Remark"),
        CASE WHEN "Order" = {rows} - 1 THEN '007' ELSE (100 + pick("Order", 12, 900))::VARCHAR END AS "Branch"
    FROM ({orders})
"""


def spec_of(files: Files) -> Spec:
    return spec_for(files.snapshot, files.work.kind, files.work.options, title="Orders")


def prepare(files: Files) -> None:
    """Make the files."""
    if files.work.is_file:
        _bring(files)
    else:
        _draw_up(files)


def _bring(files: Files) -> None:
    files.folder.mkdir()
    rows = files.work.rows
    with _orders() as connection:
        query = BROUGHT.format(rows=rows, orders=ORDERS.format(rows=rows))
        connection.execute(f"COPY ({query}) TO '{files.csv}' (FORMAT csv, HEADER)")


def _orders() -> duckdb.DuckDBPyConnection:
    """A connection that can make orders."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(PICK)
    return connection


def _draw_up(files: Files) -> None:
    django.setup()
    gathered = files.folder / "gathered"
    for folder in (files.folder, gathered, files.rendered):
        folder.mkdir()
    with _orders() as connection:
        connection.execute(f"COPY ({ORDERS.format(rows=files.work.rows)}) TO '{files.snapshot}' (FORMAT parquet)")
    spec = spec_of(files)
    gather.gather(spec, files.snapshot, gathered, quiet)
    in_fork(lambda: render.render(spec, gathered, files.rendered, quiet))
    html = files.document()
    if files.work.kind == "listing":
        html = html.replace("<tbody></tbody>", "".join(_body(files)))
    files.plain.write_text(html)
    files.styled.write_text(html.replace("<style>", f'<link rel="stylesheet" href="{STYLES.as_uri()}"><style>', 1))


def _body(files: Files) -> Iterator[str]:
    """The rows as ordinary ones."""
    starts = [f'<td class="{column.css_class}">' for column in files.columns()]
    yield "<tbody>"
    for row in files.rows():
        cells = "".join(start + escape(cell) for start, cell in zip(starts, row, strict=True))
        yield f"<tr>{cells}\n"
    yield "</tbody>"
