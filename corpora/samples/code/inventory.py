"""The stock of a small shop, kept in SQLite and served as JSON."""

import argparse
import asyncio
import contextlib
import csv
import datetime as dt
import json
import logging
import sqlite3
import sys
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto
from functools import cached_property, partial, wraps
from pathlib import Path

logger = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    price_in_cents INTEGER NOT NULL CHECK (price_in_cents >= 0),
    quantity INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS movements (
    item_id INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    change INTEGER NOT NULL,
    reason TEXT,
    happened_at TIMESTAMP NOT NULL
);
"""


class Reason(Enum):
    PURCHASE = auto()
    SALE = auto()
    BREAKAGE = auto()
    CORRECTION = auto()


class OutOfStock(Exception):
    pass


def logged(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        logger.debug("calling %s with %r %r", function.__name__, args[1:], kwargs)
        try:
            return function(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", function.__name__)
            raise

    return wrapper


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


class Inventory:
    TAX_RATE = Decimal("0.255")

    def __init__(self, path=":memory:", *, clock=dt.datetime.now):
        self.connection = sqlite3.connect(path)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(SCHEMA)
        self.clock = clock

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        self.close()

    def close(self):
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self):
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        else:
            self.connection.commit()

    @logged
    def add(self, name, price, quantity=0):
        cents = int(rounded(Decimal(str(price))) * 100)
        with self.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO items (name, price_in_cents, quantity) VALUES (?, ?, ?)",
                (name.strip(), cents, quantity),
            )
        return cursor.lastrowid

    @logged
    def move(self, item_id, change, reason=Reason.CORRECTION):
        with self.transaction() as connection:
            row = connection.execute("SELECT quantity FROM items WHERE id = ?", (item_id,)).fetchone()
            if row is None:
                raise KeyError(f"no item with the id {item_id}")
            if row["quantity"] + change < 0:
                raise OutOfStock(f"only {row['quantity']} left, {-change} wanted")
            connection.execute("UPDATE items SET quantity = quantity + ? WHERE id = ?", (change, item_id))
            connection.execute(
                "INSERT INTO movements VALUES (?, ?, ?, ?)",
                (item_id, change, reason.name.lower(), self.clock().isoformat(timespec="seconds")),
            )

    sell = partial(move, reason=Reason.SALE)

    def items(self, minimum=0):
        query = "SELECT * FROM items WHERE quantity >= ? ORDER BY name COLLATE NOCASE"
        return [dict(row) for row in self.connection.execute(query, (minimum,))]

    def value(self):
        total = sum(item["price_in_cents"] * item["quantity"] for item in self.items())
        return rounded(Decimal(total) / 100)

    def value_with_tax(self):
        return rounded(self.value() * (1 + self.TAX_RATE))

    def export(self, file):
        writer = csv.DictWriter(file, fieldnames=["id", "name", "price_in_cents", "quantity"], delimiter=";")
        writer.writeheader()
        writer.writerows(self.items())


class Server:
    """Answers `GET /items` with JSON; everything else is 404."""

    STATUS = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}

    def __init__(self, inventory, host="127.0.0.1", port=8080):
        self.inventory = inventory
        self.host = host
        self.port = port

    @cached_property
    def routes(self):
        return {"/items": self.inventory.items, "/value": lambda: {"value": str(self.inventory.value())}}

    async def handle(self, reader, writer):
        request = await reader.readline()
        method, path, *_ = request.decode("ascii", errors="replace").split() or ("", "")
        handler = self.routes.get(path) if method == "GET" else None
        status, body = (200, handler()) if handler else (404, {"error": "not found", "path": path})
        payload = json.dumps(body, ensure_ascii=False, indent=2).encode("utf-8")
        head = f"HTTP/1.1 {status} {self.STATUS[status]}\r\nContent-Length: {len(payload)}\r\n\r\n"
        writer.write(head.encode("ascii") + payload)
        await writer.drain()
        writer.close()

    async def run(self):
        server = await asyncio.start_server(self.handle, self.host, self.port)
        async with server:
            logger.info("listening on %s:%d", self.host, self.port)
            await server.serve_forever()


def parse_arguments(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="the SQLite file")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("-v", "--verbose", action="store_true")
    return parser.parse_args(argv)


def main(argv=None):
    arguments = parse_arguments(argv)
    logging.basicConfig(level=logging.DEBUG if arguments.verbose else logging.INFO, stream=sys.stderr)
    with Inventory(arguments.database) as inventory:
        try:
            asyncio.run(Server(inventory, port=arguments.port).run())
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
