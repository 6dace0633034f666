"""What a finding is about, as a short text that stays the same when lines move."""

from __future__ import annotations

from hashlib import sha256

from kg.model.findings import Finding

NAME = "conflictKg/v1"
"""The name that says how a fingerprint is made: another way to make it is another version."""


def fingerprint(finding: Finding) -> str:
    """
    32 hexadecimal digits over (shape, focus node, path, value), or over (code, file, message) where no shape is broken.

    Blank nodes are all the same, because their labels differ from run to run.

    >>> from kg.model.findings import Position, Severity
    >>> one, other = (Finding("c", Severity.error, "m", Position("f.yaml", line, 1)) for line in (3, 4))
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    if finding.focus or finding.shape:
        terms = (finding.focus, finding.path, finding.value)
        about = (finding.shape or finding.code, *("_:" if term.startswith("_:") else term for term in terms))
    else:
        about = (finding.code, finding.position.file, finding.message, "")
    return sha256("\0".join(about).encode(errors="surrogatepass")).hexdigest()[:32]


class Fingerprints:
    """Fingerprints of one run: what is found a second time gets `:2`, so that no two are the same."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, finding: Finding) -> str:
        """The fingerprint of a finding, with its number."""
        found = fingerprint(finding)
        number = self._seen[found] = self._seen.get(found, 0) + 1
        return f"{found}:{number}"
