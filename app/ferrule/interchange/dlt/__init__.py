"""dlt's REST source: a connector as one Python file that runs with dlt alone.

Whatever a descriptor says stands in it as a literal. Names are those of
`dlt.sources.rest_api`; what it lacks (windows, rate limits, most sign-ins, signals)
stands in the report.
"""

from importlib.resources import files
from string import Template

from ferrule.errors import InterchangeError
from ferrule.fields import InputField
from ferrule.interchange.dlt.pythonic import Code, Words, Written, identifier, written
from ferrule.interchange.dlt.resources import ResourceWriter
from ferrule.interchange.dlt.signing_in import credentials, signing
from ferrule.interchange.kind import Document, Exported, Format
from ferrule.interchange.outgoing import Outgoing, outgoing

__all__ = ["FORMAT", "write"]

_TAKEN = ("config", "dlt", "item", "re", "quote", "datetime", "Decimal", "source")
_FILE = Template('''"""$title

Exported from the connector $id $version. It needs Python 3.11 and dlt 1.x:

    pip install "dlt[duckdb]"
    python $name.py

Arguments of the source come from .dlt/config.toml and .dlt/secrets.toml, in the
section [sources.$name], or from the environment.
"""

$imports
import dlt
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    OffsetPaginator,
    PageNumberPaginator,
)
from dlt.sources.rest_api import rest_api_resources

$helpers


class _LastItem(BasePaginator):
    """Asks for what follows the last item of a page, until a page is empty."""

    def __init__(self, steps, param):
        super().__init__()
        self.steps, self.param, self.value = steps, param, None

    def init_request(self, request):
        self._has_next_page = True

    def update_state(self, response, data=None):
        self.value = _first(data[-1], self.steps) if data else None
        self._has_next_page = self.value is not None

    def update_request(self, request):
        if self.value is not None:
            request.params = {**(request.params or {}), self.param: self.value}


class _Pages(PageNumberPaginator):
    """Counts pages until one is short of `size` items."""

    def __init__(self, size, **said):
        super().__init__(**said)
        self.size = size

    def update_state(self, response, data=None):
        super().update_state(response, data)
        self._has_next_page = self._has_next_page and len(data or ()) >= self.size


class _Offsets(OffsetPaginator):
    """Skips items until a page is short of `size` items."""

    def __init__(self, size, **said):
        super().__init__(**said)
        self.size = size

    def update_state(self, response, data=None):
        super().update_state(response, data)
        self._has_next_page = self._has_next_page and len(data or ()) >= self.size


def _when(action, holds, statuses, text, message):
    """Return what is done with an answer that looks like this."""

    def look(response):
        known = not statuses or response.status_code in statuses
        fits = known and text in response.text
        if not fits or (holds and not holds(_body(response))):
            return
        if action == "ignore":
            raise IgnoreResponseException
        raise ValueError(message)

    return look


def _body(response):
    try:
        return response.json()
    except ValueError:
        return None


@dlt.source(name=$quoted, max_table_nesting=0)
def $name($arguments):
    """Read $streams."""
$defaults    config = $config
    yield from rest_api_resources(config)


if __name__ == "__main__":
    pipeline = dlt.pipeline($quoted, destination="duckdb", dataset_name=$quoted)
    print(pipeline.run($name()))
''')


def write(document: Document) -> Exported:
    """Return a connector as a Python file, with what became of each member.

    Raises:
        DescriptorInvalid: when the document is no descriptor.
        InterchangeError: when none of its streams can be read by dlt.
    """
    out = outgoing(document, "dlt")
    fields = _fields(out)
    words = Words(_variables(fields))
    way = signing(out, words)
    writer = ResourceWriter(out, words, way)
    made = writer.write()
    if not writer.made:
        raise InterchangeError(
            f"None of the streams of {out.connector.id} can be read by dlt.",
            left_out=[str(note) for note in out.ledger.report().dropped][:100],
            advice="The report names what stands in the way.",
        )
    client: dict[str, Written] = {"base_url": _base(out, words)}
    if way.headers:
        client["headers"] = Code(f"_given({written(way.headers)})")
    if way.auth is not None:
        client["auth"] = way.auth
    text = _text(out, fields, {"client": client, "resources": made}, list(writer.made))
    return Exported(text.encode(), ".py", out.ledger.report())


def _fields(out: Outgoing) -> tuple[InputField, ...]:
    config = out.connector.config_fields or ()
    for index, _ in enumerate(config):
        reason = "An argument of the source."
        members = ("key", "default", "type", "required")
        out.ledger.keep_members(f"/configFields/{index}", reason, members)
    known = {field.key: field for field in (*config, *credentials(out))}
    return tuple(known.values())


def _variables(fields: tuple[InputField, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields:
        found[field.key] = identifier(field.key, (*_TAKEN, *found.values()))
    return found


def _base(out: Outgoing, words: Words) -> Written:
    if "baseUrl" in out.document:
        out.ledger.keep("/baseUrl", "base_url.")
    reason = "dlt has no checks of a connection."
    out.ledger.drop("/healthCheck", reason)
    base = words.address(out.connector.base_url or "", encoded=False)
    return "" if base is None else base


def _text(
    out: Outgoing,
    fields: tuple[InputField, ...],
    config: dict[str, Written],
    streams: list[str],
) -> str:
    connector = out.connector
    name = identifier(connector.id, _TAKEN)
    support = files(__package__).joinpath("support.py").read_text("utf-8")
    body = support.split('"""', 2)[2].strip()
    head, _, helpers = body.partition("\n\nValue:")
    return _FILE.substitute(
        title=_line(f"{connector.name}: {connector.description}"),
        id=connector.id,
        version=connector.version,
        name=name,
        quoted=repr(name),
        imports=head,
        helpers=f"Value:{helpers.rstrip()}",
        arguments=_arguments(fields),
        defaults=_defaults(fields),
        streams=", ".join(streams),
        config=written(config, "    "),
    )


def _line(text: str) -> str:
    """Return one line for a docstring: without marks that could end it."""
    plain = " ".join(text.split()).replace("\\", "/").replace('"', "'")
    return plain if plain.endswith(".") else f"{plain}."


def _arguments(fields: tuple[InputField, ...]) -> str:
    variables = _variables(fields)
    lines = [f"    {variables[one.key]}={_default(one)},\n" for one in fields]
    return f"\n{''.join(lines)}" if lines else ""


def _default(field: InputField) -> str:
    if field.secret:
        return "dlt.secrets.value"
    if field.required and field.default is None:
        return "dlt.config.value"
    return "None" if isinstance(field.default, list) else written(field.default)


def _defaults(fields: tuple[InputField, ...]) -> str:
    """Return what gives arguments their lists: a default may not be one."""
    variables = _variables(fields)
    named = (
        (variables[f.key], f.default) for f in fields if isinstance(f.default, list)
    )
    lines = (
        f"    {name} = {written(value)} if {name} is None else {name}\n"
        for name, value in named
    )
    return "".join(lines)


FORMAT = Format("dlt", "dlt REST source", (".py",), lambda _: False, write=write)
