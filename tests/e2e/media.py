"""What the fleet writes to beside the files of its home: databases, Redis, the bucket. Each told whole, as one text."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from fixtures_servers import PostgresServer, programs
from machines import BUCKET, Machines
from redis import Redis

from core.settings import Home

_PLANTED = "CREATE TABLE probe AS SELECT '{}' AS told"
_REMOVED = "DROP TABLE probe"
_VALUE: dict[bytes, Callable[[Any, bytes], object]] = {
    b"string": lambda redis, key: redis.get(key),
    b"hash": lambda redis, key: redis.hgetall(key),
    b"list": lambda redis, key: redis.lrange(key, 0, -1),
    b"set": lambda redis, key: redis.smembers(key),
    b"zset": lambda redis, key: redis.zrange(key, 0, -1),
    b"stream": lambda redis, key: redis.xrange(key),
}


@dataclass(frozen=True)
class Medium:
    name: str
    tell: Callable[[], bytes]
    plant: Callable[[str], object]
    """A word that `tell` then has to tell: else it would prove nothing."""
    remove: Callable[[], object]


def media(home: Home, machines: Machines | None) -> Iterator[Medium]:
    if machines is None:
        for name, file in {"store": home.database, "prefect": home.prefect / "prefect.db"}.items():
            say = partial(_sqlite, file)
            yield Medium(name, partial(_told_by_sqlite, file), _plants(say), partial(say, _REMOVED))
        return
    for name in ("fleet", "prefect"):
        say = partial(_psql, machines.postgres, name)
        yield Medium(
            f"postgres-{name}", partial(_dumped, machines.postgres, name), _plants(say), partial(say, _REMOVED)
        )
    for number in (0, 1):
        redis = Redis(port=machines.ports["redis"], db=number)
        plant, remove = partial(redis.set, "probe"), partial(redis.delete, "probe")
        yield Medium(f"redis-{number}", partial(_told_by_redis, redis), plant, remove)
    bucket = boto3.Session().resource("s3", endpoint_url=os.environ["FLEET_EVIDENCE_ENDPOINT"]).Bucket(BUCKET)
    yield Medium(
        "bucket",
        lambda: b"\n".join(
            part for each in bucket.objects.all() for part in (each.key.encode(), each.get()["Body"].read())
        ),
        lambda word: bucket.put_object(Key="probe", Body=word.encode()),
        bucket.Object("probe").delete,
    )


def _plants(say: Callable[[str], None]) -> Callable[[str], None]:
    return lambda word: say(_PLANTED.format(word))


def _sqlite(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as database:
        database.execute(statement)


def _told_by_sqlite(file: Path) -> bytes:
    with closing(sqlite3.connect(file)) as database:
        return "\n".join(database.iterdump()).encode()


def _psql(server: PostgresServer, database: str, statement: str) -> None:
    subprocess.run([programs() / "psql", "-qX", server.url(database), "-c", statement], check=True)


def _dumped(server: PostgresServer, database: str) -> bytes:
    return subprocess.run([programs() / "pg_dump", server.url(database)], check=True, capture_output=True).stdout


def _told_by_redis(redis: Any) -> bytes:
    return b"\n".join(part for key in redis.scan_iter() for part in (key, *_bytes(_VALUE[redis.type(key)](redis, key))))


def _bytes(value: object) -> Iterator[bytes]:
    """However deep: a stream's entries are pairs of an id and a dictionary."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _bytes([*value, *value.values()])
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _bytes(inner)
