"""What a test does where a real part is missing: it is skipped, or it fails."""

import pytest
from tests.support import real_parts


@pytest.mark.parametrize(
    ("required", "ends"),
    [(True, pytest.fail.Exception), (False, pytest.skip.Exception)],
)
def test_a_missing_part_fails_where_it_is_required(monkeypatch, required, ends):
    monkeypatch.setattr(real_parts, "REQUIRED", required)
    with pytest.raises(ends, match="NOT TESTED WITH A REAL PART: a browser"):
        real_parts.lacking("a browser")
    mark = real_parts.without("a keychain", missing=True)
    assert mark.args == (not required,)
    assert "a keychain" in mark.kwargs["reason"]
