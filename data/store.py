"""Documents that have versions and authors: drafts, overrides, snapshots, the audit trail.

One append-only table. A document is a kind, a key and a JSON payload; every change is a new row
with the next version, and is refused when somebody else was faster (optimistic locking). What the
payloads mean is the caller's business, and so is what time it is.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, CursorResult
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.schema import CreateTable

from data.errors import InputError

SCHEMA_VERSION = 1
BUSY_SECONDS = 10

_metadata = sa.MetaData()
_documents = sa.Table(
    "documents",
    _metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),  # ISO 8601 in UTC: the same in every database
    sa.Column("payload", sa.JSON, nullable=False),
)
_schema = sa.Table(
    "store_schema",
    _metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)


class VersionConflict(Exception):  # noqa: N818 - it is a conflict, not a fault
    """Somebody else changed the document since it was read; read it again and decide.

    Parameters
    ----------
    expected
        The version that the change was based on, 0 for a new document.
    found
        The latest version in the store.
    """

    def __init__(self, kind: str, key: str, expected: int, found: int) -> None:
        super().__init__(
            f"{kind} {key} is at version {found}, not {expected}: somebody changed it in between. "
            "Read it again and repeat the change."
        )
        self.expected = expected
        self.found = found


@dataclass(frozen=True)
class Document:
    """One version of a document.

    Parameters
    ----------
    kind, key
        Which document.
    version
        From 1, without holes.
    author
        Who made this version.
    at
        When, in UTC, as the author's caller said.
    payload
        What JSON can say.
    """

    kind: str
    key: str
    version: int
    author: str
    at: datetime
    payload: Any


class Store:
    """The versioned documents of a workspace.

    Parameters
    ----------
    url
        A database URL of SQLAlchemy, such as that of `sqlite_url`. A missing table is made.

    Raises
    ------
    InputError
        When the database cannot be opened or was made by a newer Staffcast.

    Examples
    --------
    >>> with Store("sqlite://") as store:
    ...     noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    ...     store.put("draft", "2026-11-30", {"factor": 1.1}, "ada", noon, expected_version=0)
    ...     store.latest("draft", "2026-11-30").payload
    1
    {'factor': 1.1}
    """

    def __init__(self, url: str | URL) -> None:
        try:
            self._engine = sa.create_engine(url, json_serializer=_to_json)
        except (sa.exc.SQLAlchemyError, ImportError) as error:
            raise InputError(
                f"{url}: not the URL of a database ({error}); write sqlite:///staffcast.db"
            ) from error
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            self._check_schema()
        except sa.exc.DBAPIError as error:
            self.close()
            raise InputError(
                f"{self._engine.url}: the store cannot be opened ({error.orig}); "
                "check the path and its permissions, or move the file away"
            ) from error

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the store can still be used and opens new ones."""
        self._engine.dispose()

    def put(
        self, kind: str, key: str, payload: Any, author: str, at: datetime, expected_version: int
    ) -> int:
        """Add a version to a document and return its number.

        Parameters
        ----------
        payload
            What JSON can say; a number that is not finite is refused.
        at
            A tz-aware instant.
        expected_version
            The version that the change is based on; 0 for a new document.

        Raises
        ------
        VersionConflict
            When the latest version is another one. Nothing is written.
        ValueError
            When `at` has no zone or the payload is no JSON.
        """
        if at.tzinfo is None:
            raise ValueError("A document's time needs a zone; give a tz-aware instant.")
        _to_json(payload)
        row = {
            "kind": kind,
            "key": key,
            "version": expected_version + 1,
            "author": author,
            "at": at.astimezone(UTC).isoformat(),
            "payload": payload,
        }
        values = [
            sa.bindparam(f"new_{name}", value, _documents.c[name].type)
            for name, value in row.items()
        ]
        # One statement, so that the check and the write cannot be parted; where two such run at
        # the same instant, the primary key lets one of them through.
        insert = _documents.insert().from_select(
            list(row), sa.select(*values).where(_latest_version(kind, key) == expected_version)
        )
        try:
            with self._engine.begin() as connection:
                written = cast(CursorResult[Any], connection.execute(insert)).rowcount == 1
        except sa.exc.IntegrityError:
            written = False
        if not written:
            raise VersionConflict(kind, key, expected_version, self._version(kind, key))
        return expected_version + 1

    def latest(self, kind: str, key: str) -> Document | None:
        """Return the newest version of a document; None when there is no such document."""
        found = self._select(
            sa.select(_documents)
            .where(_documents.c.kind == kind, _documents.c.key == key)
            .order_by(_documents.c.version.desc())
            .limit(1)
        )
        return found[0] if found else None

    def history(self, kind: str, key: str) -> tuple[Document, ...]:
        """Return every version of a document, oldest first."""
        return self._select(
            sa.select(_documents)
            .where(_documents.c.kind == kind, _documents.c.key == key)
            .order_by(_documents.c.version)
        )

    def version(self, kind: str, key: str, version: int) -> Document | None:
        """Return one version of a document; None when there is none."""
        found = self._select(
            sa.select(_documents).where(
                _documents.c.kind == kind,
                _documents.c.key == key,
                _documents.c.version == version,
            )
        )
        return found[0] if found else None

    def all_latest(self, kind: str) -> tuple[Document, ...]:
        """Return the newest version of every document of a kind, by key."""
        newest = (
            sa.select(_documents.c.key, sa.func.max(_documents.c.version).label("version"))
            .where(_documents.c.kind == kind)
            .group_by(_documents.c.key)
            .subquery()
        )
        joined = sa.and_(_documents.c.key == newest.c.key, _documents.c.version == newest.c.version)
        return self._select(
            sa.select(_documents)
            .join(newest, joined)
            .where(_documents.c.kind == kind)
            .order_by(_documents.c.key)
        )

    def _version(self, kind: str, key: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(_latest_version(kind, key))).scalar_one())

    def _select(self, query: sa.Select[Any]) -> tuple[Document, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Document(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows)

    def _check_schema(self) -> None:
        """Make what is missing, also when two processes open a new store at once."""
        with self._engine.begin() as connection:
            for table in (_schema, _documents):
                connection.execute(CreateTable(table, if_not_exists=True))
            known = sa.exists(sa.select(_schema.c.version))
            connection.execute(
                _schema.insert().from_select(
                    ["version"], sa.select(sa.literal(SCHEMA_VERSION)).where(~known)
                )
            )
            version = connection.execute(sa.select(sa.func.max(_schema.c.version))).scalar_one()
        if version != SCHEMA_VERSION:
            self.close()
            raise InputError(
                f"{self._engine.url}: the store has schema {version}, this Staffcast knows "
                f"{SCHEMA_VERSION}; use the Staffcast that made it, or a newer one"
            )


def sqlite_url(path: Path) -> URL:
    """Return the URL of a store in a file."""
    return URL.create("sqlite", database=str(path))


def _latest_version(kind: str, key: str) -> sa.ScalarSelect[int]:
    newest = sa.func.coalesce(sa.func.max(_documents.c.version), 0)
    return (
        sa.select(newest)
        .where(_documents.c.kind == kind, _documents.c.key == key)
        .scalar_subquery()
    )


def _to_json(payload: Any) -> str:
    try:
        return json.dumps(payload, allow_nan=False, sort_keys=True, ensure_ascii=False)
    except TypeError as error:
        raise ValueError(f"A payload must be JSON: {error}.") from error


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    """Let readers and a writer work at once, and a writer wait for another one."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()
