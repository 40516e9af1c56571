"""Strategies of documents and of paths over the whole of RFC 9535."""

from hypothesis import strategies as st

from ferrule.expression.jsonpath import compile_path

COMMON = ["a", "a", "a", "b", "b"]
NAMES = [*COMMON, "c", "a b", "ä", "☺", "o'k", '"', "\\", "\u0001", ""]
SHORT = [*COMMON, "c", "ä", "☺"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 12)
    | st.sampled_from([1.5, -2.25, 0.5])
    | st.sampled_from(["a", "b", "ab", "aab", "", "ä☺", "a\nb", "1"])
)


def containers(inner):
    """Return arrays and objects of these values, seldom empty ones."""
    names = st.sampled_from(NAMES)
    return st.one_of(
        st.lists(inner, min_size=2, max_size=5),
        st.dictionaries(names, inner, min_size=2, max_size=5),
        st.dictionaries(st.sampled_from("ab"), inner),
        st.lists(inner, max_size=1),
    )


documents = containers(st.recursive(scalars, containers, max_leaves=30))


def quoted(name):
    """Write a name in quotes of either kind (RFC 9535 2.3.1.1)."""
    escaped = name.replace("\\", "\\\\").replace("\u0001", "\\u0001")
    return st.sampled_from(
        [
            "'" + escaped.replace("'", "\\'") + "'",
            '"' + escaped.replace('"', '\\"') + '"',
        ]
    )


names = st.sampled_from(NAMES).flatmap(quoted)
indexes = st.integers(-4, 5).map(str)
bounds = st.none() | st.integers(-6, 6)
slices = st.tuples(bounds, bounds, st.none() | st.integers(-3, 3)).map(
    lambda cut: ":".join("" if part is None else str(part) for part in cut)
)
blanks = st.sampled_from(["", "", " ", "\n"])
keys = st.one_of(
    st.sampled_from(SHORT).map(".{}".format),
    names.map("[{}]".format),
    indexes.map("[{}]".format),
)
singular = st.builds(
    "{}{}".format, st.sampled_from("@@@$"), st.lists(keys, max_size=2).map("".join)
)
literals = st.one_of(
    st.integers(-2, 12).map(str),
    st.sampled_from(["1.5", "5e-1", "-0", "1e1", "true", "false", "null"]),
    st.sampled_from(["a", "ab", "", "ä☺", "1"]).flatmap(quoted),
)
patterns = st.sampled_from(
    ["'a'", "'a.*'", "'a.b'", "'[ab]+'", "'(a|b)?'", "'[^a]'", "'a{2}b'", "'('", "@.b"]
)


spreading = st.sampled_from([".*", "..*", "..a", "[0,'a']", "[1:]", "[::-1]"])


def filters(queries):
    """Return filter expressions whose queries may nest."""
    operands = st.one_of(
        singular,
        literals,
        singular.map("length({})".format),
        # Spreading always: to the reference, `@` alone is its value, no query.
        st.builds(
            "{}({}{})".format, st.sampled_from(["count", "value"]), queries, spreading
        ),
    )
    tests = st.one_of(
        st.builds("{}{}".format, queries, keys | spreading),
        st.builds(
            "{}{}{}".format,
            operands,
            st.sampled_from(["==", " != ", "<", " <= ", ">", " >= "]),
            operands,
        ),
        st.builds("match({},{})".format, singular, patterns),
        st.builds("search({}, {})".format, singular, patterns),
    )
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            inner.map("!({})".format),
            inner.map("({})".format),
            st.builds("{} && {}".format, inner, inner),
            st.builds("{}||{}".format, inner, inner),
        ),
        max_leaves=4,
    ).map("?{}".format)


def segments(filtered):
    """Return segments of every kind, with these filters."""
    selectors = st.one_of(names, indexes, slices, st.just("*"), filtered)
    unions = st.lists(selectors, min_size=1, max_size=3).flatmap(
        lambda some: blanks.map(lambda blank: f"[{blank}{f',{blank}'.join(some)}]")
    )
    short = st.sampled_from([*SHORT, "*"])
    return st.one_of(
        short.map(".{}".format),
        short.map("..{}".format),
        unions,
        unions.map("..{}".format),
    )


FLAT = segments(names)


@st.composite
def flat_queries(draw):
    """Draw a query of a filter without filters of its own."""
    return draw(st.sampled_from("@@@$")) + "".join(draw(st.lists(FLAT, max_size=2)))


NESTED = segments(filters(flat_queries()))


@st.composite
def nested_queries(draw):
    """Draw a query of a filter that may have filters of its own."""
    return draw(st.sampled_from("@@@$")) + "".join(draw(st.lists(NESTED, max_size=2)))


DEEP = segments(filters(nested_queries()))


@st.composite
def cases(draw):
    """Draw a document and a path, whose steps often lead to something in it."""
    document, text = draw(documents), "$"
    for _ in range(draw(st.integers(1, 4))):
        here = compile_path(text).values(document)
        leading = draw(st.sampled_from(list(_leading(here))))
        text += draw(leading)
    return text, document


def _leading(values):
    """Yield any segment, and those from these values to some of what is below."""
    yield DEEP
    if not any(isinstance(v, list | dict) and v for v in values):
        return
    present = sorted({name for v in values if isinstance(v, dict) for name in v})
    if present:
        yield st.sampled_from(present).flatmap(quoted).map("[{}]".format)
    if any(isinstance(v, list) and v for v in values):
        yield st.sampled_from(["[0]", "[-1]", "[*]", "[:2]", "[::-1]"])
    yield st.sampled_from(["[*]", "..*", "..a", "[*,0]"])
    yield FILTERED
    yield FILTERED


FILTERED = st.builds(
    "{}[{}]".format, st.sampled_from(["", "", ".."]), filters(nested_queries())
)
