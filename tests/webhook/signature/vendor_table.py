"""The table of docs/webhooks.md: what each vendor's scheme says, from the samples."""

FIELDS = ("vendor", "header", "form", "algorithm", "signed text", "time", "secret")


def code(text):
    return f"`{text}`"


def row(vendor):
    """Return one line of the table."""
    config = vendor["config"]
    own = config.get("signatureHeader") or config.get("signatureFrom")
    headers = config.get("signatureHeaders") or [own]
    cells = [
        f"[{vendor['vendor']}]({vendor['documented']})",
        " ".join(map(code, headers)),
        form(config.get("header", {"format": "plain"})),
        algorithm(config),
        code(config.get("signedPayload", "{body}")) if signs(config) else "",
        time(config.get("timestamp")),
        secret(config),
    ]
    return f"| {' | '.join(cells)} |"


def signs(config):
    return config["algorithm"] != "token"


def algorithm(config):
    name = config["algorithm"]
    return f"{name}, {config.get('encoding', 'hex')}" if signs(config) else name


def form(header):
    if header["format"] == "plain":
        return "plain"
    if header["format"] == "prefixed":
        return f"prefixed {code(header['prefix'])}"
    separator = {" ": "a blank"}.get(header["separator"], code(header["separator"]))
    assign = code(header["signatureKey"] + header["assign"] + "…")
    return f"keyed {assign}, between them {separator}"


def time(stamp):
    if stamp is None:
        return ""
    return f"{code(stamp['from'])} {stamp['format']}, {stamp['toleranceSeconds']} s"


def secret(config):
    parts = [config.get("secretEncoding", "")]
    if "bodyDigest" in config:
        parts.append(f"digest of the body in {code(config['bodyDigest'])}")
    if "secretPrefix" in config:
        parts.append(f"after {code(config['secretPrefix'])}")
    return " ".join(part for part in parts if part)


def table(vendors):
    """Return the whole table."""
    head = [f"| {' | '.join(FIELDS)} |", "|" + "---|" * len(FIELDS)]
    order = sorted(vendors.values(), key=lambda one: one["vendor"].lower())
    return "\n".join(head + [row(vendor) for vendor in order])
