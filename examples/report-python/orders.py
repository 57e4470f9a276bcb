"""Reads orders that a stranger sent: every complaint names the place and what belongs there."""

import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

# Together they keep every sum of cents within SQLite's 64 bits.
MOST_ORDERS = 50_000
MOST_PIECES = 100_000
MOST_PRICE = 1_000_000


class Wrong(Exception):
    """The request is at fault; the message is for who sent it."""


class Line(NamedTuple):
    """One product of one order."""

    order: str
    day: datetime.date
    customer: str
    product: str
    quantity: int
    price: Decimal


def read(document):
    """All lines of {"orders": [{id, date, customer, items: [{product, quantity, price}]}]}."""
    orders = field(document, "the document", "orders", list)
    if not 1 <= len(orders) <= MOST_ORDERS:
        raise Wrong(f"orders: {len(orders)} of them; 1 to {MOST_ORDERS} can be reported")
    seen = set()
    lines = []
    for number, order in enumerate(orders):
        place = f"orders[{number}]"
        identity = field(order, place, "id", str)
        if identity in seen:
            raise Wrong(f"{place}.id: '{identity}' is there twice")
        seen.add(identity)
        day = date(field(order, place, "date", str), place)
        customer = field(order, place, "customer", str)
        for position, item in enumerate(field(order, place, "items", list)):
            inside = f"{place}.items[{position}]"
            lines.append(Line(identity, day, customer, field(item, inside, "product", str),
                              quantity(item, inside), price(item, inside)))
    return lines


def field(thing, place, name, kind):
    if not isinstance(thing, dict):
        raise Wrong(f"{place} is not a JSON object")
    value = thing.get(name)
    if not isinstance(value, kind) or value == "":
        raise Wrong(f"{place}.{name}: a {'list' if kind is list else 'text'} belongs there")
    if kind is str and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Wrong(f"{place}.{name}: half of a surrogate pair is no text")
    return value


def date(text, place):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{place}.date: '{text[:40]}' is not a date like 2026-01-31") from None


def quantity(item, place):
    value = item.get("quantity") if isinstance(item, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_PIECES:
        raise Wrong(f"{place}.quantity: a whole number from 1 to {MOST_PIECES} belongs there")
    return value


def price(item, place):
    try:
        value = Decimal(str(item.get("price")))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= MOST_PRICE or value != value.quantize(Decimal("0.01")):
        raise Wrong(f"{place}.price: an amount like \"12.50\" belongs there, up to {MOST_PRICE}, with at most two decimals")
    return value
