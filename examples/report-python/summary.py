"""Adds up order lines with SQLite. Money is whole cents in the database and Decimal outside it: no rounding anywhere."""

import sqlite3
import statistics
from decimal import Decimal

SCHEMA = """
CREATE TABLE line (order_id TEXT, month TEXT, customer TEXT, product TEXT, quantity INTEGER, cents INTEGER);
"""

GROUPED = """
SELECT {column}, count(DISTINCT order_id), sum(quantity), sum(quantity * cents)
FROM line GROUP BY {column} ORDER BY {order}
"""

# Opened and given its tables before the snapshot: a request finds them ready, and empty.
database = sqlite3.connect(":memory:")
database.executescript(SCHEMA)


def of(lines):
    """Totals, and tables by month, customer and product."""
    # The database outlives the request where the function keeps its state (isolation: instance).
    database.execute("DELETE FROM line")
    database.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", [
        (line.order, line.day.strftime("%Y-%m"), line.customer, line.product, line.quantity, int(line.price * 100))
        for line in lines])
    values = [cents for (cents,) in database.execute("SELECT sum(quantity * cents) FROM line GROUP BY order_id")]
    return {
        "orders": len(values),
        "revenue": money(sum(values)),
        "mean_order": money(round(statistics.mean(values))) if values else money(0),
        "median_order": money(round(statistics.median(values))) if values else money(0),
        "by_month": table("month", "month"),
        "by_customer": table("customer", "4 DESC, 1"),
        "by_product": table("product", "4 DESC, 1"),
    }


def table(column, order):
    rows = database.execute(GROUPED.format(column=column, order=order))
    return [{column: name, "orders": orders, "quantity": quantity, "revenue": money(cents)}
            for name, orders, quantity, cents in rows]


def money(cents):
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))
