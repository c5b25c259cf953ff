"""What a triage writes meets the published schemas, and these are current."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import msgspec
import pytest
import zstandard

from analyzer.triage.facts_file import FORMAT, MODEL, FactsFile
from analyzer.triage.run import read_index
from analyzer.triage.schema import CASE, FACTS, HERE, INDEX, texts
from analyzer.triage.store import FACTS as FACTS_FILE
from analyzer.triage.store import RECORD
from analyzer.triage.summary import json_of
from tests.triage.builders import EXPIRED, put
from tests.triage.test_people import ACCEPTED, SAMPLES, run, stated


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A triage of some samples."""
    place = tmp_path_factory.mktemp("schemas")
    for name in ("12-full-case", "31-evidence-contradicts", "09-tls13-capture-only"):
        shutil.copytree(SAMPLES / name / "evidence", place / "in" / name)
    put(place / "in", {"half.zip": b"PK\3\4 half", "a.txt": EXPIRED, "b.txt": EXPIRED})
    run(place / "in", place / "out", stated={"a.txt": stated(place, ACCEPTED)})
    return place / "out"


def schema(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((HERE / name).read_text("utf-8")))


@pytest.mark.parametrize("name", [INDEX, CASE, FACTS])
def test_a_published_schema_is_current(name: str) -> None:
    """`python -m analyzer.triage.schema` writes them."""
    assert (HERE / name).read_text("utf-8") == texts()[name]


def test_the_index_meets_its_schema_and_holds_each_case_once(out: Path) -> None:
    index, _language, _rules = read_index(out)
    document = json.loads(json_of(index))

    schema(INDEX).validate(document)
    assert sorted(one["folder"] for one in document["records"]) == sorted(place.name for place in (out / "cases").iterdir())
    assert {action["case"] for action in document["actions"]} <= {one["folder"] for one in document["records"]}
    with pytest.raises(jsonschema.ValidationError):
        schema(INDEX).validate({**document, "actions": [{}]})


def test_each_case_meets_its_schema(out: Path) -> None:
    for place in (out / "cases").iterdir():
        schema(CASE).validate(json.loads((place / RECORD).read_text("utf-8")))


def test_what_was_read_meets_its_schema(out: Path) -> None:
    validator = schema(FACTS)
    for place in sorted((out / "cases").iterdir()):
        if not (place / FACTS_FILE).exists():
            continue
        data = zstandard.ZstdDecompressor().decompress((place / FACTS_FILE).read_bytes())
        document = json.loads(msgspec.json.encode(msgspec.msgpack.decode(data)))
        assert (document["format"], document["model"]) == (FORMAT, MODEL)
        assert set(document) == set(FactsFile.__struct_fields__)
        few = {**document, "facts": document["facts"][:40]}
        validator.validate(few)
