from __future__ import annotations

import asyncio
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import ThreadedMotoServer

from core.errors import PartUnavailable, RequestInvalid
from core.settings import Settings
from lanes.assembly import evidence_store
from stack.ports import free_port
from store.objects import EvidenceStore, FolderStore, MemoryStore
from store.s3 import S3Store


class OneAtATime(DomainDispatcherApplication):
    """S3 looks whether an object is there and writes it in one step; moto takes two, and several callers in between."""

    _turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self._turn:
            return super().__call__(environ, start_response)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a server: the one that FLEET_TEST_S3_ENDPOINT names, with the keys that AWS tools find, else one
    in this process.
    """
    if outside := os.environ.get("FLEET_TEST_S3_ENDPOINT"):
        yield outside
        return
    kept = dict(os.environ)
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moto.moto_server.threaded_moto_server.DomainDispatcherApplication", OneAtATime)
        server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture
def bucket(s3: str) -> Iterator[str]:
    name = f"fleet-test-{secrets.token_hex(6)}"
    client = boto3.client("s3", endpoint_url=s3)
    client.create_bucket(Bucket=name)
    yield name
    for each in client.list_objects_v2(Bucket=name).get("Contents", ()):
        client.delete_object(Bucket=name, Key=each["Key"])
    client.delete_bucket(Bucket=name)


@pytest.fixture(params=["folder", "memory", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    match request.param:
        case "folder":
            return FolderStore(tmp_path / "evidence")
        case "memory":
            return MemoryStore()
        case _:
            bucket = request.getfixturevalue("bucket")
            return S3Store(f"s3://{bucket}/practice/evidence", endpoint=request.getfixturevalue("s3"))


async def test_what_was_put_can_be_got(objects: EvidenceStore) -> None:
    assert await objects.put_if_absent("2026/11/ev_1", b"sealed")
    assert await objects.get("2026/11/ev_1") == b"sealed"
    assert await objects.exists("2026/11/ev_1")


async def test_an_object_is_never_replaced(objects: EvidenceStore) -> None:
    puts = await asyncio.gather(*(objects.put_if_absent("ev", bytes([number])) for number in range(20)))
    assert sum(puts) == 1
    winner = bytes([puts.index(True)])
    assert not await objects.put_if_absent("ev", b"other")
    assert await objects.get("ev") == winner


async def test_what_is_not_there(objects: EvidenceStore) -> None:
    assert not await objects.exists("ev")
    with pytest.raises(KeyError):
        await objects.get("ev")
    await objects.delete("ev")


async def test_deleting(objects: EvidenceStore) -> None:
    await objects.put_if_absent("ev", b"x")
    await objects.delete("ev")
    assert not await objects.exists("ev")


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../outside", "a/../../outside", ".hidden"])
async def test_names_stay_inside(objects: EvidenceStore, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        await objects.put_if_absent(name, b"x")


async def test_files_are_for_their_owner_only_and_no_draft_stays(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await store.put_if_absent("a/ev", b"x")
    await store.put_if_absent("a/ev", b"y")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["ev"]
    assert stat.S_IMODE((tmp_path / "a" / "ev").stat().st_mode) == 0o600


async def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PartUnavailable, match="evidence folder") as refused:
        await FolderStore(tmp_path / "file").put_if_absent("ev", b"x")
    assert refused.value.part == "evidence"


async def test_objects_lie_under_their_prefix_as_they_were_sealed(s3: str, bucket: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, evidence=f"s3://{bucket}/practice/", evidence_endpoint=s3)
    await evidence_store(settings).put_if_absent("2026/11/ev_1", b"sealed")
    client = boto3.client("s3", endpoint_url=s3)
    assert client.get_object(Bucket=bucket, Key="practice/2026/11/ev_1")["Body"].read() == b"sealed"
    with pytest.raises(ClientError):
        client.get_object(Bucket=bucket, Key="2026/11/ev_1")


async def test_a_bucket_that_cannot_be_used_says_so(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = S3Store("s3://nobody-made-this-one", endpoint=s3)
    with pytest.raises(PartUnavailable, match="There is no bucket nobody-made-this-one"):
        await missing.put_if_absent("ev", b"x")
    silent = S3Store("s3://fleet", endpoint=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(PartUnavailable, match="does not answer"):
        await silent.exists("ev")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    boto3.DEFAULT_SESSION = None
    with pytest.raises(PartUnavailable, match=r"~/\.aws"):
        await S3Store("s3://fleet", endpoint=s3).get("ev")


@pytest.mark.parametrize("where", ["s3:/fleet", "https://fleet", "s3://", "s3://key:secret@fleet", "s3://fleet?x=y"])
def test_an_evidence_place_that_makes_no_sense_is_refused(where: str) -> None:
    with pytest.raises(RequestInvalid, match="s3://BUCKET/PREFIX"):
        S3Store(where)


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="FLEET_EVIDENCE_ENDPOINT"):
        S3Store("s3://fleet", endpoint="127.0.0.1:9000")
