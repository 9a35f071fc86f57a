"""Whom a provider's people are here: a file of rules, from what it says of them to roles and tax IDs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import PartUnavailable, RequestInvalid
from core.yaml_text import loaded
from store.people import Role


class Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str
    """As the provider names it; `realm_access.roles` reaches into an object."""
    has: str
    """Its value, or one of its values."""
    roles: tuple[Role, ...] = ()
    tins: Literal["all"] | tuple[str, ...] = ()


class Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "preferred_username"
    """The claim by which a person is called here, also in the audit trail."""
    rules: tuple[Rule, ...] = Field(min_length=1)

    @classmethod
    def read(cls, path: Path) -> Rules:
        """Raises PartUnavailable."""
        try:
            return cls.model_validate(loaded(path.read_text(encoding="utf-8")))
        except OSError:
            sentence = f"Single sign-on has no rules: {path} cannot be read. docs/single-sign-on.md says what it holds."
        except (yaml.YAMLError, ValidationError) as problem:
            at = problem.errors()[0]["loc"] if isinstance(problem, ValidationError) else ()
            where = ".".join(map(str, at)) or "its YAML"
            sentence = f"The rules of single sign-on in {path} make no sense at {where}; see docs/single-sign-on.md."
        raise PartUnavailable("sign-on", sentence)

    @property
    def claims(self) -> set[str]:
        return {self.name, *(rule.claim for rule in self.rules)}


@dataclass(frozen=True)
class Admitted:
    name: str
    roles: frozenset[Role]
    tins: frozenset[str] | None
    """None: all of them."""


def admitted(rules: Rules, claims: Mapping[str, Any]) -> Admitted:
    """All rules that fit, together. Raises RequestInvalid for somebody whom none fits."""
    name = claim(claims, rules.name)
    if not isinstance(name, str) or not name.strip():
        raise RequestInvalid(
            f"The provider does not say what you are called: it sent no “{rules.name}”. Ask your administrator.",
            field="name",
        )
    if rules.name == "email" and claims.get("email_verified") is False:
        raise RequestInvalid("Your e-mail address is not verified at the provider; verify it first.", field="name")
    fitting = [rule for rule in rules.rules if _fits(rule, claims)]
    roles = frozenset(role for rule in fitting for role in rule.roles)
    if not roles:
        raise RequestInvalid(
            f"You are signed in as {name[:64]}, but nothing here says what you may do. Ask the fleet's administrator.",
            field="name",
        )
    every = any(rule.tins == "all" for rule in fitting)
    return Admitted(name, roles, None if every else frozenset(tin for rule in fitting for tin in rule.tins))


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """None when there is none."""
    if name in claims:
        return claims[name]
    first, dot, rest = name.partition(".")
    inner = claims.get(first)
    return claim(inner, rest) if dot and isinstance(inner, Mapping) else None


def _fits(rule: Rule, claims: Mapping[str, Any]) -> bool:
    value = claim(claims, rule.claim)
    values = value if isinstance(value, list) else [value]
    return any(isinstance(each, str) and each == rule.has for each in values)
