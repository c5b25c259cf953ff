"""The JSON Schemas of what a triage writes: the index (``triage summary --format json``), ``case.json``, and ``facts.bin`` unpacked.

``python -m analyzer.triage.schema`` writes them beside this module; a test keeps them current. ``result.json`` has that of ``analyze``
(`analyzer.report.schema`), ``index.sqlite`` says its version in ``user_version``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from analyzer.model.member import Damage
from analyzer.triage.facts_file import FORMAT, KINDS, MODEL, FactsFile
from analyzer.triage.index import Index
from analyzer.triage.record import SCHEMA_VERSION, CaseRecord

HERE = Path(__file__).parent
INDEX, CASE, FACTS = "index.schema.json", "case.schema.json", "facts.schema.json"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = {"type": "string", "description": "The folder of a case that stands in records."}


def index_document(index: Index) -> dict[str, Any]:
    """The index as plain values: each case stands in ``records`` once, and is named by its folder elsewhere."""
    records = msgspec.to_builtins(index.records)
    rest = {name: _referring(getattr(index, name)) for name in Index.__struct_fields__ if name != "records"}
    return {"schema_version": SCHEMA_VERSION, **rest, "records": records}


def _referring(value: Any) -> Any:
    if isinstance(value, CaseRecord):
        return value.folder
    if isinstance(value, tuple):
        return [_referring(one) for one in value]
    if isinstance(value, msgspec.Struct):
        return {name: _referring(getattr(value, name)) for name in value.__struct_fields__}
    return msgspec.to_builtins(value)


def index_schema() -> dict[str, Any]:
    """The schema that every `index_document` meets."""
    (root,), definitions = msgspec.json.schema_components([Index], ref_template="#/$defs/{name}")
    definitions = dict(definitions)
    record = definitions.pop("CaseRecord")
    definitions = {name: _named(one) for name, one in definitions.items()}
    body = definitions.pop("Index")
    body["properties"]["records"] = {"type": "array", "items": {"$ref": "#/$defs/CaseRecord"}}
    body["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    body["required"] = sorted(body["properties"])
    del root
    return {
        "$schema": _DIALECT,
        **body,
        "title": f"sftunnel-analyzer triage index, version {SCHEMA_VERSION}",
        "$defs": definitions | {"CaseRecord": record},
    }


def _named(schema: Any) -> Any:
    """The schema, with the folder of a case where a case is."""
    if isinstance(schema, dict):
        if schema.get("$ref") == "#/$defs/CaseRecord":
            return _REFERENCE
        return {name: _named(one) for name, one in schema.items()}
    return [_named(one) for one in schema] if isinstance(schema, list) else schema


def case_schema() -> dict[str, Any]:
    """The schema of ``case.json``."""
    (root,), definitions = msgspec.json.schema_components([CaseRecord], ref_template="#/$defs/{name}")
    return {"$schema": _DIALECT, "title": f"sftunnel-analyzer triage case, version {SCHEMA_VERSION}", **root, "$defs": dict(definitions)}


def facts_schema() -> dict[str, Any]:
    """The schema of ``facts.bin``, unpacked (zstd, MessagePack). In ``facts`` the first of a pair names the class of the second."""
    kinds = sorted(KINDS.values(), key=lambda kind: kind.__name__)
    roots, definitions = msgspec.json.schema_components([FactsFile, Damage, *kinds], ref_template="#/$defs/{name}")
    found = dict(definitions)
    body = found.pop("FactsFile")
    body["properties"]["incomplete"]["items"] = roots[1]
    pairs = [{"prefixItems": [{"const": kind.__name__}, root]} for kind, root in zip(kinds, roots[2:], strict=True)]
    body["properties"]["facts"]["items"] = {"type": "array", "minItems": 2, "maxItems": 2, "oneOf": pairs}
    schema = _bare({**body, "$defs": found})
    return {"$schema": _DIALECT, **schema, "title": f"sftunnel-analyzer facts, format {FORMAT}, model {MODEL}"}


def _bare(schema: Any) -> Any:
    """The schema without what the classes say of themselves: their docstrings have it."""
    if isinstance(schema, dict):
        return {name: _bare(one) for name, one in schema.items() if not (name == "description" and isinstance(one, str))}
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


def _flowing(schema: Any) -> Any:
    """The schema with each description as one line: Python 3.13 and later take the indentation off docstrings, earlier ones do not."""
    if isinstance(schema, dict):
        return {
            name: " ".join(one.split()) if name == "description" and isinstance(one, str) else _flowing(one) for name, one in schema.items()
        }
    return [_flowing(one) for one in schema] if isinstance(schema, list) else schema


def texts() -> dict[str, str]:
    """Each file of a schema, and what stands in it."""
    made = {INDEX: index_schema(), CASE: case_schema(), FACTS: facts_schema()}
    return {name: json.dumps(_flowing(schema), indent=1, sort_keys=True) + "\n" for name, schema in made.items()}


if __name__ == "__main__":
    for name, text in texts().items():
        (HERE / name).write_text(text, encoding="utf-8")
