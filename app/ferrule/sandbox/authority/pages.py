"""The pages that a person sees in the browser: asking, and telling what went wrong.

Plain HTML with its style inside: no script, nothing from elsewhere, light or dark as
the system is. Every value in a page is escaped. A page may post to itself and be led
back to the one address that it names, nowhere else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from ferrule.sandbox.answer import Answer
from ferrule.sandbox.authority.parties import PERSON, SCOPES

_STYLE: Final = """
:root { color-scheme: light dark; --ground:#F6F7F9; --surface:#FFF; --text:#1B2430;
  --muted:#525E6E; --line:#E2E6EB; --border:#C9D0D9; --accent:#0B6B7C;
  --accent-hover:#095A69; --on-accent:#FFF; --chip:#ECEFF3; --warn:#7A4F00;
  --warn-tint:#FFF3D1; --danger:#B3261E; }
@media (prefers-color-scheme: dark) { :root { --ground:#14181D; --surface:#1B2026;
  --text:#E6EAF0; --muted:#9DA9B8; --line:#2A313A; --border:#3A434E; --accent:#4CC4D6;
  --accent-hover:#6FD2E1; --on-accent:#06252B; --chip:#29313A; --warn:#E3B341;
  --warn-tint:#3A3218; --danger:#F48B84; } }
* { box-sizing: border-box; }
body { margin:0; min-height:100vh; display:flex; align-items:center;
  justify-content:center; padding:24px; background:var(--ground); color:var(--text);
  font:15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Inter, sans-serif; }
main { width:100%; max-width:440px; background:var(--surface);
  border:1px solid var(--line); border-radius:12px; padding:32px;
  box-shadow:0 8px 24px rgb(0 0 0 / 6%); }
header { display:flex; align-items:center; gap:12px; color:var(--muted);
  font-size:13px; margin-bottom:20px; }
.mark { width:36px; height:36px; flex:none; border-radius:9px; display:grid;
  place-items:center; background:var(--accent); color:var(--on-accent);
  font-weight:600; font-size:16px; }
h1 { font-size:20px; line-height:1.3; margin:0 0 8px; }
p { margin:0 0 16px; color:var(--muted); }
p strong, li strong { color:var(--text); font-weight:600; }
code { font:13px ui-monospace, "JetBrains Mono", monospace; overflow-wrap:anywhere; }
fieldset { border:0; margin:0 0 20px; padding:0; border-top:1px solid var(--line); }
legend { position:absolute; width:1px; height:1px; overflow:hidden; }
label.scope { display:flex; gap:12px; padding:12px 0; align-items:flex-start;
  border-bottom:1px solid var(--line); cursor:pointer; }
label.scope input { width:18px; height:18px; margin:2px 0 0; flex:none;
  accent-color:var(--accent); }
label.scope span { display:block; }
label.scope code { color:var(--muted); display:block; }
label.code { display:block; font-weight:600; margin-bottom:6px; }
input[type=text] { width:100%; padding:10px 12px; margin-bottom:20px; font:600 20px
  ui-monospace, "JetBrains Mono", monospace; letter-spacing:.12em; text-align:center;
  text-transform:uppercase; color:inherit; background:var(--ground);
  border:1px solid var(--border); border-radius:8px; }
.choices { display:flex; gap:12px; }
button { flex:1; padding:10px 16px; font:inherit; font-weight:600; border-radius:8px;
  cursor:pointer; border:1px solid var(--border); background:transparent;
  color:var(--text); }
button:hover { background:var(--chip); }
button.yes { background:var(--accent); border-color:var(--accent);
  color:var(--on-accent); }
button.yes:hover { background:var(--accent-hover); border-color:var(--accent-hover); }
:focus-visible { outline:2px solid var(--accent); outline-offset:2px; }
footer { margin-top:20px; font-size:13px; color:var(--muted); }
.note { background:var(--warn-tint); color:var(--warn); border-radius:8px;
  padding:10px 12px; font-size:13px; margin-bottom:20px; }
.bad { color:var(--danger); }
.pin { font:600 22px ui-monospace, "JetBrains Mono", monospace; letter-spacing:.08em;
  text-align:center; background:var(--chip); border-radius:8px; padding:14px;
  overflow-wrap:anywhere; user-select:all; }
"""
_CODE_FORM: Final = """
<h1>Connect a device</h1>
<p>Type the code that your device shows.</p>
<form method="get">
<label class="code" for="user_code">Code</label>
<input type="text" id="user_code" name="user_code" autocomplete="off" autofocus
 maxlength="16" required>
<div class="choices"><button class="yes" type="submit">Continue</button></div>
</form>
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: may `client` have `scopes`, and where it goes on.

    `back` is the address that the answer leads to, "" where the person stays; `wrong`
    is what goes wrong here on purpose; `device` is the code that a device shows.
    """

    client: str
    scopes: Collection[str]
    back: str = ""
    wrong: Collection[str] = ()
    device: str = ""


def consent(question: Question) -> Answer:
    """Return the page that asks; its form posts `decision` and each `scope`."""
    client = escape(question.client)
    body = f"""
{_wrong(question.wrong)}
<h1>{client} wants to use your sandbox account</h1>
<p>You are signed in as <strong>{PERSON}</strong>. {_device(question.device)}</p>
<form method="post">
{_scopes(question.scopes)}
<div class="choices">
<button type="submit" name="decision" value="deny">Deny</button>
<button class="yes" type="submit" name="decision" value="approve">Approve</button>
</div>
</form>
<footer>{_where(question.back)}</footer>
"""
    return page(f"Allow {question.client}?", body, back=question.back)


def ask_code(wrong: str = "") -> Answer:
    """Return the page on which a person types the code of a device."""
    told = f'<p class="bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    return page("Connect a device", told + _CODE_FORM, 400 if wrong else 200)


def message(title: str, text: str, status: int = 200, *, pin: str = "") -> Answer:
    """Return a page that tells something; `pin` is what the person copies."""
    shown = f'<p class="pin">{escape(pin)}</p>' if pin else ""
    body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{shown}"
    return page(title, body, status)


def page(title: str, body: str, status: int = 200, *, back: str = "") -> Answer:
    """Return a whole page; `body` is HTML, `title` a text."""
    html = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<header><span class="mark" aria-hidden="true">F</span>
<span>Ferrule sandbox<br>sample data, on this machine only</span></header>
{body}
</main>
</body>
</html>
"""
    return Answer(status, html.encode(), _headers(back))


def _headers(back: str) -> tuple[tuple[str, str], ...]:
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    return (
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", f"{policy}frame-ancestors 'none'{_forms(back)}"),
    )


def _forms(back: str) -> str:
    """Return where forms may lead: browsers hold redirects after a form to it too.

    An IPv6 address cannot be named there (CSP has no syntax for one).
    """
    parts = urlsplit(back)
    if "[" in parts.netloc:
        return ""
    origin = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return f"; form-action 'self'{origin}"


def _wrong(names: Collection[str]) -> str:
    if not names:
        return ""
    listed = escape(", ".join(names))
    return f'<div class="note">Goes wrong on purpose: <code>{listed}</code></div>'


def _device(user_code: str) -> str:
    if not user_code:
        return ""
    return (
        "Go on only if your device shows the code "
        f"<strong><code>{escape(user_code)}</code></strong>."
    )


def _scopes(scopes: Collection[str]) -> str:
    rows = "".join(
        f'<label class="scope"><input type="checkbox" name="scope" '
        f'value="{escape(scope)}" checked><span>{escape(SCOPES.get(scope, scope))}'
        f"<code>{escape(scope)}</code></span></label>"
        for scope in scopes
    )
    return f"<fieldset><legend>Allow it to</legend>{rows}</fieldset>" if rows else ""


def _where(back: str) -> str:
    if not back:
        return "You can close this page afterwards."
    host = escape(urlsplit(back).netloc)
    return f"Afterwards you are led back to <code>{host}</code>."
