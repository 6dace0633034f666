"""Proposals → a facts file, in the very format that people write by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from kg.extraction.occurrences import Occurrences
from kg.extraction.proposal import Proposal, Report, Value
from kg.ontology import vocabulary as v
from kg.ontology.model import Ontology

_WIDTH = 1 << 20
_HEAD = """\
# Proposed by `kg extract`; nothing of it is in the graph until somebody accepts it.
# Each claim quotes the words it rests on. What the report does not say itself is marked `inferred`, with the reason.
"""


def write_facts(report: Report, proposals: Iterable[Proposal], ontology: Ontology) -> str:
    """
    The facts file of a report: its document and one claim for each proposal, in the order given.

    The same report and proposals give the same text. Every quote is the report's own words at its offset.
    """
    given = list(proposals)
    places = Occurrences(report.text, (one.quote[0].of(report.text) for one in given))
    claims = [claim_of(report, proposal, ontology, places) for proposal in given]
    return _HEAD + _yaml({v.WORD_DOCUMENT: dict(report.document)}) + _claims(claims)


def claim_of(report: Report, proposal: Proposal, ontology: Ontology, places: Occurrences) -> dict[str, Value]:
    """A proposal as one claim of a facts file; `places` knows the quotes of all proposals of the report."""

    def key(term: Any) -> str:
        return ontology.properties[term].key

    quotes = tuple(span.of(report.text) for span in proposal.quote)
    claim: dict[str, Value] = {key(v.QUOTE): quotes if len(quotes) > 1 else quotes[0]}
    place = places.place(quotes[0], proposal.quote[0].start)
    if len(quotes) == 1 and place:
        claim[v.WORD_OCCURRENCE] = str(place)
    if proposal.speaker:
        claim[key(v.SPEAKER)] = proposal.speaker if len(proposal.speaker) > 1 else proposal.speaker[0]
    if proposal.speaker_inferred:
        claim[key(v.SPEAKER_INFERRED)] = proposal.speaker_inferred
    if proposal.verb:
        claim[key(v.VERB)] = proposal.verb
    claim[key(v.REVIEW_STATUS)] = ontology.word_of(v.REVIEW_STATUS_CLASS, v.PROPOSED)
    claim[key(v.CONFIDENCE)] = f"{proposal.confidence:.2f}"
    claim[key(v.PROPOSED_BY)] = proposal.engine
    claim[key(v.PROPOSAL_RULE)] = proposal.rule
    claim[key(v.PROPOSAL_VERSION)] = proposal.version
    supports = tuple(
        {key(v.SUPPORT_FOR): support.key, key(v.SUPPORT_WORDS): support.span.of(report.text)}
        for support in proposal.supports
    )
    if supports:
        claim[key(v.SUPPORT)] = supports if len(supports) > 1 else supports[0]
    if len(proposal.says) == 1:
        return {**proposal.says[0], **claim}
    return {**claim, v.WORD_SAYS: proposal.says}


def _claims(claims: list[dict[str, Value]]) -> str:
    if not claims:
        return f"{v.WORD_CLAIMS}: []\n"
    return f"{v.WORD_CLAIMS}:\n" + "\n".join(_indented(_yaml([_plain(claim)])) for claim in claims)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())


def _plain(value: Any) -> Any:
    """Tuples as lists and mappings as dictionaries, as the YAML writer wants them."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def _yaml(value: Any) -> str:
    import yaml

    text: str = yaml.dump(
        value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )
    return text


@cache
def _dumper() -> Any:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes short nested entries on one line, as people do."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (PyYAML asks so)
            return True

    # Numbers and days need no quotation marks: a facts file is read as text.
    plain = ("bool", "null", "merge", "value")
    Dumper.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(plain)]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def mapping(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
        flat = all(isinstance(inner, str) for inner in data.values()) and v.WORD_ID not in data
        node = dumper.represent_mapping("tag:yaml.org,2002:map", data.items())
        node.flow_style = flat and len(data) <= 3 and v.WORD_ABOUT not in data
        return node

    Dumper.add_representer(dict, mapping)
    return Dumper
