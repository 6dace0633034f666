"""
A report that is extracted anew: what was reviewed stays as it is, what is new is added.

A proposal is known by its key (`kg.mapping.proposal_keys`): whether it waits, was accepted, edited or rejected, it is
not proposed a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.extraction.facts_file import write_facts
from kg.extraction.proposal import Proposal, Report
from kg.facts import from_yaml, read
from kg.facts.amending import FactsText
from kg.mapping.proposal_keys import proposal_key
from kg.model.errors import UsageError
from kg.model.records import Limits, Listing, Mapping, Scalar
from kg.ontology import Ontology
from kg.ontology import vocabulary as v
from kg.pipeline.entries import document_of, entries_of


def with_new(facts: Path, report: Report, proposals: Iterable[Proposal], ontology: Ontology) -> tuple[str, int]:
    """
    The text of a facts file with the proposals added that it does not know yet, and how many these are.

    Everything that stands in the file stays byte for byte.

    Raises:
        UsageError: The file is about another document, or cannot be read.
    """
    reading = read(facts, facts.name, Limits())
    sheet = next(iter(reading.sheets), None)
    document, entries = document_of(sheet), entries_of(sheet)
    if sheet is None or document != report.document[v.WORD_ID]:
        about = f"about '{document}'" if document else "and no facts file"
        raise UsageError(f"{facts} is there already, {about}", "give another file with -o, or --force to write it anew")
    known = {proposal_key(document, entry, ontology) for entry in entries}
    ids = {text for entry in entries for text in _introduced(entry)}
    new = [one for one in proposals if _key(report, one, ontology) not in known and ids.isdisjoint(_ids(one))]
    text = FactsText(facts.read_bytes().decode("utf-8"))
    if new:
        written = write_facts(report, new, ontology)
        text = text.with_entries(written.partition(f"\n{v.WORD_CLAIMS}:\n")[2])
    return text.whole, len(new)


def _key(report: Report, proposal: Proposal, ontology: Ontology) -> str:
    reading = from_yaml.read(write_facts(report, [proposal], ontology).encode(), "", Limits())
    return proposal_key(report.document[v.WORD_ID], entries_of(reading.sheets[0])[0], ontology)


def _ids(proposal: Proposal) -> set[str]:
    return {str(entry[v.WORD_ID]) for entry in proposal.says if v.WORD_ID in entry}


def _introduced(entry: Mapping) -> Iterable[str]:
    says = entry.get(v.WORD_SAYS)
    things = [entry, *(says.items if isinstance(says, Listing) else ())]
    named = [thing.get(v.WORD_ID) for thing in things if isinstance(thing, Mapping)]
    return [name.text for name in named if isinstance(name, Scalar)]
