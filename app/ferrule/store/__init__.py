"""The store: connections, runs and signals in one SQLite file.

The only package that knows SQLite, and SQLAlchemy, which declares the tables. Names are
loaded when they are first asked for (PEP 562), so that importing this costs nothing.
"""

import importlib

_HOMES = {
    "approvals": ("Approval", "ApprovalRequest", "Approvals", "ApprovalStep", "Waiver"),
    "audit": ("Audit", "AuditEntry", "AuditRow", "Verified"),
    "connections": ("Connection", "Connections", "HealthState", "Removed"),
    "credential_scopes": ("CredentialScope", "CredentialScopes"),
    "database": ("Database",),
    "deliveries": ("Deliveries",),
    "delivery_records": (
        "Delivery",
        "DeliveryContent",
        "DeliveryCounts",
        "DeliveryStatus",
        "Kept",
        "NewDelivery",
        "Settled",
        "Taken",
    ),
    "delivery_work": ("Taker",),
    "external_ids": ("ExternalIds",),
    "imports": ("AcceptedVersion", "ImportEvent", "Imports"),
    "operation_query": ("Wanted",),
    "operations": ("Operation", "Operations", "StoredOperation"),
    "records": (
        "Batch",
        "Counts",
        "DryRun",
        "FailedItem",
        "Lease",
        "Mark",
        "SignalCounts",
        "StoredCursor",
        "StoredHealthCheck",
        "StoredItemError",
        "StoredRun",
        "StoredSignal",
        "Sweep",
    ),
    "runs": ("Runs",),
    "spending": ("Spending",),
    "traffic": ("ConnectionTraffic", "Tally", "Traffic", "TrafficCounts"),
    "weighing": ("Weighing",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
