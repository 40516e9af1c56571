"""What each place is for, in a few sentences of our own (F1)."""

from typing import Final, NamedTuple


class Help(NamedTuple):
    """A title and sentences."""

    title: str
    text: str


PLACES: Final = {
    "catalogue": Help(
        "Catalogue",
        "Every connector that Ferrule knows: the shipped ones and those of your "
        "project. Search and filter at the top and the left, pick one to see what it "
        "reads, and connect it. Several of one provider stand behind one card, where "
        "all are enabled at once. A copy of any can be edited in the Builder.",
    ),
    "builder": Help(
        "Builder",
        "Here a connector is written by looking at a real response. Give the address, "
        "send, then pick what is the id, the time and the summary from the response. "
        "The signals below are made anew with each change. Nothing is lost: drafts "
        "are kept within a second.",
    ),
    "runs": Help(
        "Runs",
        "Each connection and its runs. A run reads pages and stores signals; it can "
        "be paused, stopped after its page, or cancelled, and goes on from its last "
        "page. An item that could not be mapped opens in the Builder as a sample.",
    ),
    "connector": Help(
        "Connector",
        "Everything about one connector: how its connections do, which versions of "
        "the service it knows, what differs from the shipped one, where it goes and "
        "what it writes, its documentation, and what was done with it.",
    ),
    "activity": Help(
        "Activity",
        "What was done, line by line: each sync, check, call and change, without its "
        "secrets. Ask for some lines by words or by keys, as in level:error since:1h; "
        "follow them as they come; write them into a file. The audit trail says who "
        "did what with credentials, approvals and imports, and whether it was changed.",
    ),
    "webhooks": Help(
        "Webhooks",
        "Services call the receiver here instead of being asked. Start it, give a "
        "service the address of its path, and each call appears: what it brought, "
        "whether its signature holds and why, and what its mapping made of it. A call "
        "can be replayed, edited, signed again and compared; what could not be mapped "
        "waits under dead letters.",
    ),
    "tools": Help(
        "Tools",
        "What connections can do besides reading. Fill in the arguments and look at "
        "the exact request; what reads runs at once, what changes something waits for "
        "you to type its word. What agents and the command line ask for waits here "
        "too, for five minutes.",
    ),
    "credentials": Help(
        "Credentials",
        "What each connection signs in with: how it stands, when its token ends, when "
        "it was last used. A credential can be tested, rotated without a gap, signed "
        "in again and deleted. A value is shown for ten seconds after a fresh unlock.",
    ),
    "bundles": Help(
        "Bundles",
        "A bundle is a signed file of connectors. Choose a folder, check it, sign it "
        "with your key and hand the file on; or verify a bundle that you were given.",
    ),
    "settings": Help(
        "Settings",
        "Looks, keys, where data is kept and what Ferrule contacts. Each setting "
        "takes effect at once.",
    ),
}
STEPS: Final = {
    "basics": Help(
        "Basics",
        "What the connector is called and which service it is for. The id names it in "
        "files and commands and should not change later; the version grows with each "
        "change that others get.",
    ),
    "auth": Help(
        "Authentication",
        "How requests prove who asks. Only the kind and the names of the secrets "
        "stand in the descriptor; the secrets themselves are asked for when someone "
        "connects and go to the keychain.",
    ),
    "request": Help(
        "Request",
        "What is asked for: method, address, query, headers and body. {{name}} stands "
        "for a value that is given when someone connects.",
    ),
    "records": Help(
        "Records",
        "Where in the response the list of items is. Pick the list, or one item of "
        "it, in the response; all other paths are then relative to one item.",
    ),
    "mapping": Help(
        "Mapping",
        "What of an item becomes the signal: its id, its time, its summary, who takes "
        "part. Focus a field and pick in the response (Alt+click, or P), or drag a "
        "value onto the field. What it gives is shown at once.",
    ),
    "rules": Help(
        "Rules",
        "Which kind of signal an item is, and how urgent. The first rule that fits "
        "decides; each shows how many items of the sample it takes.",
    ),
    "paging": Help(
        "Paging",
        "How the next page is asked for and when there is none. Without it only the "
        "first page is read.",
    ),
    "incremental": Help(
        "Incremental",
        "How a later run reads only what is new: by a time, an id or a token of the "
        "service.",
    ),
    "health": Help(
        "Health check",
        "One cheap request that tells whether the service answers and the credential "
        "is accepted.",
    ),
    "tools": Help(
        "Tools",
        "Single requests that can be made by name, reading or writing, with "
        "parameters of their own.",
    ),
    "limits": Help(
        "Limits",
        "How fast may be asked, what is tried again, and how many items may fail "
        "before a run gives up.",
    ),
}
