"""Two hundred ways to tamper with a log's SQLite file, by somebody without a key.

Each knows the house: it takes the triggers away and puts them back, and leaves no other trace.
"""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caveat.attestation import canonical
from services.auditor import merkle

UNDEFINED = -1
COLUMNS = {
    "leaves": ("index", "kind", "content", "jws", "leaf_hash", "appended_at"),
    "decisions": ("number", "leaf", "question_id", "version", "verdict", "decided_at"),
    "nodes": ("level", "index", "hash"),
    "checkpoints": ("size", "note", "seal", "made_at"),
}


@dataclass(frozen=True)
class Tamper:
    """What was done, and the first bad index where there is one."""

    what: str
    first_bad: int = UNDEFINED


class Tamperer:
    """Changes one store by chance."""

    def __init__(self, path: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA ignore_check_constraints = ON")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        self.size = self.one("SELECT count(*) FROM leaves")

    def one(self, sql: str, *values: Any) -> Any:
        return self.db.execute(sql, values).fetchone()[0]

    def rowid(self, table: str) -> int:
        return self.chance.choice(self.db.execute(f"SELECT rowid FROM {table}").fetchall())[0]

    def covered_before(self, index: int) -> int:
        return self.one("SELECT coalesce(max(size), 0) FROM checkpoints WHERE size <= ?", index)

    # --- the ways ---

    def flip(self) -> Tamper | None:
        """Flip one bit of one column of one row."""
        table = self.chance.choices(list(COLUMNS), (4, 2, 2, 2))[0]
        column, row = self.chance.choice(COLUMNS[table]), self.rowid(table)
        held = self.one(f'SELECT "{column}" FROM {table} WHERE rowid = ?', row)
        first_bad = self.first_bad(table, row, column)
        try:
            self.db.execute(
                f'UPDATE {table} SET "{column}" = {self.cast(held)} WHERE rowid = ?',
                (self.flipped(held), row),
            )
        except (sqlite3.IntegrityError, IndexError):
            return None  # the bit is another row's place, or there is none: another way is tried
        if table == "decisions" and column == "leaf":
            to = self.one("SELECT leaf FROM decisions WHERE rowid = ?", row)
            first_bad = min(first_bad, to) if 0 <= to < self.size else first_bad
        return Tamper(f"flipped a bit in {table}.{column}", first_bad)

    def cast(self, held: Any) -> str:
        return "CAST(? AS TEXT)" if isinstance(held, str) else "?"

    def flipped(self, held: Any) -> Any:
        if isinstance(held, int):
            return held ^ (1 << self.chance.randrange(40))
        content = bytearray(held if isinstance(held, bytes) else held.encode())
        content[self.chance.choice(range(len(content)))] ^= 1 << self.chance.randrange(8)
        return bytes(content)

    def delete(self) -> Tamper:
        """Remove one row."""
        table = self.chance.choice(list(COLUMNS))
        row = self.rowid(table)
        first_bad = self.first_bad(table, row, "")
        self.db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        return Tamper(f"deleted from {table}", first_bad)

    def insert(self) -> Tamper:
        """Add a row that looks like one that is there."""
        table = self.chance.choice(list(COLUMNS))
        row = list(self.db.execute(
            f"SELECT * FROM {table} WHERE rowid = ?", (self.rowid(table),)
        ).fetchone())  # fmt: skip
        first_bad = UNDEFINED
        if table == "leaves":
            row[0] = first_bad = self.size
        elif table == "decisions":
            row[0], row[1], row[2] = row[0] + 1000, row[1] + 1000, row[2][::-1]
        elif table == "nodes":
            row[1] += 1000
        else:
            row[0] = self.size + 1
        self.db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        return Tamper(f"inserted into {table}", first_bad)

    def swap(self) -> Tamper:
        """Exchange two rows, their places excepted."""
        table = self.chance.choice(("leaves", "decisions", "nodes", "checkpoints"))
        places = {"leaves": 1, "decisions": 2, "nodes": 2, "checkpoints": 1}[table]
        rows = self.db.execute(f"SELECT rowid, * FROM {table}").fetchall()
        one, other = self.chance.sample(rows, 2)
        first_bad = min(self.first_bad(table, row[0], "") for row in (one, other))
        for row in (one, other):
            self.db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row[0],))
        for place, rest in ((one, other), (other, one)):
            row = (*place[1 : 1 + places], *rest[1 + places :])
            self.db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        return Tamper(f"swapped two of {table}", first_bad)

    def truncate(self) -> Tamper:
        """Make the log what it was at an earlier checkpoint, in every table."""
        sizes = [size for (size,) in self.db.execute("SELECT size FROM checkpoints")]
        size = self.chance.choice(sorted(sizes)[:-1])
        self.cut(size)
        return Tamper(f"truncated to {size}", size)

    def truncate_leaves(self) -> Tamper:
        """Remove the newest leaves, and leave the checkpoints."""
        size = self.chance.randrange(self.size)
        checkpoints = self.db.execute("SELECT * FROM checkpoints").fetchall()
        self.cut(size)
        self.db.execute("DELETE FROM checkpoints")
        self.db.executemany("INSERT INTO checkpoints VALUES (?, ?, ?, ?)", checkpoints)
        return Tamper(f"truncated the leaves to {size}", size)

    def fork(self) -> Tamper:
        """Rewrite a leaf, and everything that can be made to fit without a key."""
        index = self.chance.randrange(self.size)
        kind, content = self.db.execute(
            'SELECT kind, content FROM leaves WHERE "index" = ?', (index,)
        ).fetchone()
        fields = json.loads(content)
        if kind == "decision":
            fields["verdict"] = "pass" if fields["verdict"] != "pass" else "refuse"
            self.db.execute(
                "UPDATE decisions SET verdict = ? WHERE leaf = ?", (fields["verdict"], index)
            )
        else:
            fields["operator"] = "nobody"
        rewritten = canonical(fields)
        self.db.execute(
            'UPDATE leaves SET content = ?, leaf_hash = ? WHERE "index" = ?',
            (rewritten, merkle.leaf_hash(rewritten), index),
        )
        self.rebuild()
        first_bad = index if kind == "decision" else self.covered_before(index)
        return Tamper(f"rewrote the {kind} {index} and the tree", first_bad)

    def reorder(self) -> Tamper:
        """Exchange two leaves and rebuild the tree above."""
        one, other = sorted(self.chance.sample(range(self.size), 2))
        for a, b in ((one, -5), (other, one), (-5, other)):
            self.db.execute('UPDATE leaves SET "index" = ? WHERE "index" = ?', (b, a))
            self.db.execute("UPDATE decisions SET leaf = ? WHERE leaf = ?", (b, a))
        self.rebuild()
        kinds = [self.one('SELECT kind FROM leaves WHERE "index" = ?', i) for i in (one, other)]
        both = kinds == ["decision", "decision"]
        return Tamper(f"exchanged leaves {one} and {other}", one if both else UNDEFINED)

    # --- parts ---

    def cut(self, size: int) -> None:
        self.db.execute("DELETE FROM decisions WHERE leaf >= ?", (size,))
        self.db.execute('DELETE FROM leaves WHERE "index" >= ?', (size,))
        self.db.execute('DELETE FROM nodes WHERE ("index" + 1) << level > ?', (size,))
        self.db.execute("DELETE FROM checkpoints WHERE size > ?", (size,))

    def rebuild(self) -> None:
        """Make the stored subtrees those of the leaves as they are."""
        rows = self.db.execute('SELECT leaf_hash FROM leaves ORDER BY "index"').fetchall()
        tree: dict[tuple[int, int], bytes] = {}
        for level, index, found in merkle.grow(lambda *key: tree[key], 0, [h for (h,) in rows]):
            tree[level, index] = found
        self.db.execute("DELETE FROM nodes")
        self.db.executemany(
            "INSERT INTO nodes VALUES (?, ?, ?)",
            [(level, index, found) for (level, index), found in tree.items() if level],
        )

    def first_bad(self, table: str, row: int, column: str) -> int:
        if table == "leaves":
            # Of an operation, nothing but the seal says when it came; of all, whose turn it was.
            return self.covered_before(row) if column == "appended_at" else row
        if table == "decisions":
            return self.one("SELECT leaf FROM decisions WHERE rowid = ?", row)
        if table == "nodes":
            return self.one('SELECT "index" << level FROM nodes WHERE rowid = ?', row)
        return UNDEFINED


WAYS: tuple[Callable[[Tamperer], Tamper | None], ...] = (
    Tamperer.flip, Tamperer.delete, Tamperer.flip, Tamperer.insert, Tamperer.flip, Tamperer.swap,
    Tamperer.flip, Tamperer.truncate, Tamperer.truncate_leaves, Tamperer.fork, Tamperer.reorder,
)  # fmt: skip


def tamper(path: Path, seed: int) -> Tamper:
    """Tamper with a store in the way of a seed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
    tamperer = Tamperer(path, seed)
    with closing(tamperer.db):
        while (done := WAYS[seed % len(WAYS)](tamperer)) is None:
            pass
        for _, sql in guards:
            tamperer.db.execute(sql)
    return done
