"""The table of verbs: a typed function in a module of this package joins it."""

from typing import Annotated

import typer

app = typer.Typer(
    name="ferrule",
    help="A workshop for API connectors. Without a command it opens the window.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A configuration value."),
]
SecretRefs = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="KEY=@env:NAME", help="A secret, by reference."),
]
AllowHttp = Annotated[
    list[str] | None,
    typer.Option("--allow-http", metavar="HOST", help="Allow plain http there."),
]
