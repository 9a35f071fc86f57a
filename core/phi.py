"""Types for patient data and secrets: they do not print, and serialise in clear only where a seal asks for it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, SerializationInfo
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

MASK = "•••"
REVEAL = {"reveal": True}
"""Serialisation context under which `Phi` writes its value. For sealing only: `model_dump_json(context=REVEAL)`."""


class Hidden(Generic[T]):
    """A value that only `reveal()` gives out. repr, str, format, logging and pickling show nothing of it."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        return self._value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other._value == self._value

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._value))

    def __reduce__(self) -> tuple[Any, ...]:
        msg = f"{type(self).__name__} does not leave the process unsealed"
        raise TypeError(msg)


class Secret(Hidden[str]):
    """A password, seed, code, token or key."""

    __slots__ = ()


class Phi(Hidden[T]):
    """A value that tells who a patient is. As a pydantic field: `member_id: Phi[str]`."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (inner,) = get_args(source) or (str,)

        def wrap(value: Any, validate: core_schema.ValidatorFunctionWrapHandler) -> Phi[Any]:
            return value if isinstance(value, cls) else cls(validate(value))

        return core_schema.no_info_wrap_validator_function(
            wrap,
            handler.generate_schema(inner),
            serialization=core_schema.plain_serializer_function_ser_schema(_write, info_arg=True),
        )


def _write(value: Phi[Any], info: SerializationInfo) -> Any:
    if isinstance(info.context, dict) and info.context.get("reveal"):
        plain = value.reveal()
        return plain.isoformat() if hasattr(plain, "isoformat") and info.mode == "json" else plain
    return MASK
