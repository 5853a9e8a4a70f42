"""The JSON Schema of a recipe, with the options of every installed part, so that editors complete and check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokbench import options
from tokbench.errors import PartError
from tokbench.options import OptionErrors
from tokbench.recipe import validation
from tokbench.recipe.loader import KEYS
from tokbench.recipe.recipe import LISTS, SINGLES
from tokbench.recipe.tables import ROLES, Base, Card, HubTarget, Promises, Token, Wrapper
from tokbench.registry import load, names

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def recipe_schema() -> dict[str, Any]:
    """Return the schema; a part whose package is broken is completed by name, its options unchecked."""
    from tokbench.corpora.source import Mix, SourceSettings

    definitions: dict[str, Any] = {"Token": _token(definitions={})}
    shared = _hoisted(options.schema(SourceSettings), definitions)["properties"]
    shared["map"] = {"type": "array", "items": {"anyOf": [{"enum": names("maps")}, _parts("maps", definitions)]}}
    properties: dict[str, Any] = {
        "name": {"type": "string", "minLength": 1},
        "corpus": _one_or_many(_parts("corpora", definitions, shared)),
        "special_tokens": _special_tokens(),
        "added_tokens": {"type": "array", "items": _token_or_string()},
    }
    tables = {"card": Card, "hub": HubTarget, "base": Base, "tokenizer": Wrapper, "checks": Promises, "mix": Mix}
    for key, table in tables.items():
        properties[key] = _hoisted(options.schema(table), definitions)
    for key, kind in LISTS.items():
        properties[key] = _one_or_many(_parts(kind, definitions))
    for key, kind in SINGLES.items():
        properties[key] = _parts(kind, definitions)
    properties[validation.KEY] = _validation(definitions)
    for key, purpose in KEYS.items():
        properties[key]["description"] = purpose
    return {
        "$schema": DIALECT,
        "title": "tokbench recipe",
        "type": "object",
        "properties": {key: properties[key] for key in KEYS},
        "required": ["name"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _validation(definitions: dict[str, Any]) -> dict[str, Any]:
    described = _hoisted(options.schema(validation.Trials), definitions)
    tables = {name: _hoisted(options.schema(table), definitions) for name, table in validation.TABLES.items()}
    task = {"anyOf": [{"enum": names("tasks")}, _parts("tasks", definitions)]}
    described["properties"] = {"task": task, **described["properties"], **tables}
    described["required"] = ["task", "data"]
    return described


def _parts(kind: str, definitions: dict[str, Any], shared: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of a table that uses one part of a kind: its name decides which options it has."""
    return {
        "type": "object",
        "properties": {"use": {"enum": names(kind)}},
        "required": ["use"],
        "oneOf": [_part(kind, name, definitions, shared or {}) for name in names(kind)],
    }


def _part(kind: str, name: str, definitions: dict[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    use = {"use": {"const": name}}
    try:
        part = load(kind, name)
        own = _hoisted(options.schema(part), definitions)
    except (PartError, OptionErrors):
        return {"properties": use}
    own["properties"] = {**use, **shared, **own.get("properties", {})}
    own["description"] = options.summary(part)
    own["required"] = ["use", *own.get("required", [])]
    return own


def _hoisted(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose own definitions were moved to those of the recipe."""
    definitions.update(schema.pop("$defs", {}))
    return schema


def _token(definitions: dict[str, Any]) -> dict[str, Any]:
    return _hoisted(options.schema(Token), definitions)


def _token_or_string() -> dict[str, Any]:
    return {"anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/Token"}]}


def _special_tokens() -> dict[str, Any]:
    roles: dict[str, Any] = {role: _token_or_string() for role in ROLES}
    extra = {"type": "array", "items": _token_or_string()}
    return {"type": "object", "properties": {**roles, "extra": extra}, "additionalProperties": False}


def _one_or_many(table: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [table, {"type": "array", "items": table}]}
