"""Signed bundles: build, sign, verify, look into, and whom to trust.

The format and every step of the verification are in `docs/bundle-format.md`.
"""

from ferrule.bundle.archive import MAX_BUNDLE, MEDIA_TYPE
from ferrule.bundle.inspection import InspectedFile, Inspection, inspect
from ferrule.bundle.keys import (
    PublicKey,
    SigningKey,
    export_public,
    fingerprint,
    read_public,
)
from ferrule.bundle.permissions import Permissions
from ferrule.bundle.sign import Draft, SecretLint, build, sign
from ferrule.bundle.statement import ConnectorVersion, Statement
from ferrule.bundle.steps import Accepted
from ferrule.bundle.trust import (
    Delegation,
    Role,
    Trust,
    TrustedKey,
    is_pattern,
    matches,
)
from ferrule.bundle.trust_list import (
    TrustList,
    check_fresh,
    check_successor,
    cosign_trust,
    encode_trust,
    read_trust,
    seal_trust,
    trust_wire,
)
from ferrule.bundle.verify import STEPS, Bundle, StepResult, explain, open_bundle
from ferrule.bundle.words import fingerprint_words

__all__ = [
    "MAX_BUNDLE",
    "MEDIA_TYPE",
    "STEPS",
    "Accepted",
    "Bundle",
    "ConnectorVersion",
    "Delegation",
    "Draft",
    "InspectedFile",
    "Inspection",
    "Permissions",
    "PublicKey",
    "Role",
    "SecretLint",
    "SigningKey",
    "Statement",
    "StepResult",
    "Trust",
    "TrustList",
    "TrustedKey",
    "build",
    "check_fresh",
    "check_successor",
    "cosign_trust",
    "encode_trust",
    "explain",
    "export_public",
    "fingerprint",
    "fingerprint_words",
    "inspect",
    "is_pattern",
    "matches",
    "open_bundle",
    "read_public",
    "read_trust",
    "seal_trust",
    "sign",
    "trust_wire",
]
