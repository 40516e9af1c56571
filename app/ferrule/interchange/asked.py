"""One request as the input asks it, before it is a draft."""

from dataclasses import dataclass, field

from ferrule.exchange import BodyType, Json


@dataclass(slots=True)
class Asked:
    """A request of the input; its texts hold `{{variables}}`, its body templates.

    `path` is encoded; `user` is `name:password` or a name alone; `scheme` names how
    that pair is sent. `place` is told before each place in a report. `names` are the
    variables that the body uses.
    """

    base: str
    path: str
    method: str = "GET"
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: Json = None
    body_type: BodyType | None = None
    user: str | None = None
    bearer: str | None = None
    timeout_ms: int | None = None
    place: str = ""
    names: dict[str, None] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """Return the first header of that name, in any case; empty without one."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), "")
