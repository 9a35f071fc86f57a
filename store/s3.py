"""Sealed evidence in a bucket: AWS, or any server that speaks S3. Imported only where it is used: boto3 takes its time.

Whoever may write to the bucket is found where AWS tools look (a role of the machine, ~/.aws), never in our settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from core.errors import PartUnavailable, RequestInvalid
from store.objects import PART, plain_name

T = TypeVar("T")

_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},  # a server of one's own has no host name per bucket
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "max_attempts": 4},
    max_pool_connections=20,
)
_TRIES = 5
"""Of a write that met another one under the same name: S3 asks for another try then."""
_GONE = ("404", "NoSuchKey", "NotFound")
_THERE_ALREADY = ("PreconditionFailed", "412")
_MEANWHILE = ("ConditionalRequestConflict", "409", "OperationAborted")
_NOT_LET_IN = ("AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")


class S3Store:
    """`where` is s3://BUCKET/PREFIX. Raises RequestInvalid for anything else."""

    def __init__(self, where: str, *, endpoint: str | None = None) -> None:
        place = urlsplit(where)
        if place.scheme != "s3" or not place.netloc or "@" in place.netloc or place.query:
            raise RequestInvalid("FLEET_EVIDENCE is not of the form s3://BUCKET/PREFIX.", field="FLEET_EVIDENCE")
        self._bucket = place.netloc
        self._prefix = place.path.strip("/")
        with _explained(self._bucket):
            self._client: Any = boto3.Session().client("s3", endpoint_url=endpoint, config=_CONFIG)

    async def put_if_absent(self, name: str, blob: bytes) -> bool:
        for _ in range(_TRIES):
            try:
                await self._ask(self._client.put_object, name, Body=blob, IfNoneMatch="*")
            except ClientError as refused:
                if _code(refused) in _THERE_ALREADY:
                    return False
                if _code(refused) not in _MEANWHILE:
                    raise _unavailable(refused, self._bucket) from None
            else:
                return True
        raise PartUnavailable(PART, f"The bucket {self._bucket} is too busy. Try again; the work is kept.")

    async def get(self, name: str) -> bytes:
        def read(**what: Any) -> bytes:
            content: bytes = self._client.get_object(**what)["Body"].read()
            return content

        try:
            return await self._ask(read, name)
        except ClientError as refused:
            if _code(refused) in _GONE:
                raise KeyError(name) from None
            raise _unavailable(refused, self._bucket) from None

    async def exists(self, name: str) -> bool:
        try:
            await self._ask(self._client.head_object, name)
        except ClientError as refused:
            if _code(refused) in _GONE:
                return False
            raise _unavailable(refused, self._bucket) from None
        return True

    async def delete(self, name: str) -> None:
        try:
            await self._ask(self._client.delete_object, name)
        except ClientError as refused:
            raise _unavailable(refused, self._bucket) from None

    async def _ask(self, call: Callable[..., T], name: str, **more: Any) -> T:
        plain = plain_name(name)
        key = f"{self._prefix}/{plain}" if self._prefix else plain
        with _explained(self._bucket):
            return await asyncio.to_thread(call, Bucket=self._bucket, Key=key, **more)


@contextmanager
def _explained(bucket: str) -> Iterator[None]:
    try:
        yield
    except NoCredentialsError:
        sentence = f"Nobody has told who may write to the bucket {bucket}: give the machine a role, or fill ~/.aws."
        raise PartUnavailable(PART, sentence) from None
    except BotoCoreError as problem:
        sentence = f"The server of the bucket {bucket} does not answer. Check the network; the work is kept."
        raise PartUnavailable(PART, sentence, reference=type(problem).__name__) from None
    except ValueError as problem:
        if type(problem) is ValueError and "endpoint" in str(problem).lower():
            raise RequestInvalid("FLEET_EVIDENCE_ENDPOINT is no URL.", field="FLEET_EVIDENCE_ENDPOINT") from None
        raise


def _code(refused: ClientError) -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))


def _unavailable(refused: ClientError, bucket: str) -> PartUnavailable:
    code = _code(refused)
    if code == "NoSuchBucket":
        sentence = f"There is no bucket {bucket}. Make it as docs/deploy.md says, or mend FLEET_EVIDENCE."
    elif code in _NOT_LET_IN:
        sentence = f"The bucket {bucket} does not let the fleet in. Check the role of this machine, or ~/.aws."
    else:
        sentence = f"The bucket {bucket} refused a request of the fleet. Try again later; the work is kept."
    return PartUnavailable(PART, sentence, reference=code)
