"""Requests as documents: what the good ones put on the wire, why bad ones are refused.

A good sample has a `request`, the `scope` of its templates, what is put into it by
targets afterwards (`puts`) and what is `sent`. A bad one is refused at `pointer` when
it is loaded, or (`pointer` null) when it is filled from its `scope`.
"""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from ferrule.errors import FerruleError
from ferrule.exchange import decode
from ferrule.expression.target import compile_target
from ferrule.expression.template import Scope
from ferrule.request import RequestTemplate

SAMPLES = Path(__file__).parents[1] / "samples" / "request"
GOOD = sorted((SAMPLES / "good").glob("*.json"))
BAD = sorted((SAMPLES / "bad").glob("*.json"))


def loaded(sample):
    return RequestTemplate.model_validate(sample["request"])


def built(sample):
    template = loaded(sample)
    request = template.request(Scope({}, sample.get("scope", {})))
    for target, value in sample.get("puts", ()):
        request = compile_target(target).put(request, value)
    return request


def test_there_is_a_sample_of_every_body_and_every_way_to_write_lists():
    names = {path.name.split(".")[1].split("-")[0] for path in GOOD}
    assert names >= {"json", "form", "multipart", "text", "graphql"}
    assert names >= {"repeat", "brackets", "comma"}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_request_is_sent_as_its_sample_says(path):
    sample = decode(path.read_bytes())
    request, wanted = built(sample), sample["sent"]
    kind, content = request.content()
    boundary = (kind or "").partition("boundary=")[2]
    plain = [kind or "", content.decode()]
    if boundary:
        plain = [text.replace(boundary, "BOUNDARY") for text in plain]
    assert request.full_url == wanted["url"]
    assert plain == [wanted.get("type", ""), wanted.get("body", "")]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_request_is_refused_as_its_sample_says(path):
    sample = json.loads(path.read_bytes())
    if sample["pointer"] is None:
        with pytest.raises(FerruleError, match=sample["message"]):
            built(sample).content()
        return
    with pytest.raises(ValidationError, match=sample["message"]) as caught:
        loaded(sample)
    (problem,) = caught.value.errors()
    where = "".join(f"/{part}" for part in problem["loc"])
    assert problem.get("ctx", {}).get("pointer", where) == sample["pointer"]
