"""
Terms, triple patterns and paths of rdflib's algebra → ours.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathExpressions (18.2.2.3)
"""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.sparql import algebra as a
from kg.sparql.algebra import NotCompiled


def term_of(node: Any) -> a.Term:
    """
    An IRI or literal of rdflib.

    Raises:
        NotCompiled: It is no term of RDF.
    """
    from rdflib import Literal as RdflibLiteral
    from rdflib import URIRef

    try:
        if isinstance(node, URIRef):
            return a.Term(str(NamedNode(str(node))))
        if isinstance(node, RdflibLiteral):
            if node.language:
                return a.Term(str(Literal(str(node), language=node.language)))
            datatype = NamedNode(str(node.datatype)) if node.datatype else None
            return a.Term(str(Literal(str(node), datatype=datatype)))
    except ValueError as error:
        raise NotCompiled(f"{node} is no term: {error}") from error
    raise NotCompiled(f"{type(node).__name__} is not compiled as a term")


def end_of(node: Any) -> a.End:
    """
    A variable, a term, or a blank node, which is a variable that no one else names.

    Raises:
        NotCompiled: It is no term of RDF.

    Spec: https://www.w3.org/TR/sparql11-query/#BGPsparqlBNodes (18.3.2)
    """
    from rdflib import BNode, Variable

    if isinstance(node, Variable):
        return a.Var(str(node))
    return a.Var(f"{a.BLANK}{node}") if isinstance(node, BNode) else term_of(node)


def triple_of(triple: Any) -> a.Triple:
    """
    A triple pattern, or a path between two ends.

    Raises:
        NotCompiled: It has what is no term of RDF.
    """
    subject, predicate, value = triple
    return a.Triple(end_of(subject), path_of(predicate), end_of(value))


def path_of(node: Any) -> a.Path:
    """
    A path; of one step, its term or variable.

    Raises:
        NotCompiled: It has what is no term of RDF.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathExpressions (18.2.2.3)
    """
    from rdflib import paths
    from rdflib.plugins.sparql.parserutils import CompValue

    match node:
        case paths.InvPath():
            return a.Inverse(path_of(node.arg))
        case paths.SequencePath():
            return a.Sequence(tuple(map(path_of, node.args)))
        case paths.AlternativePath():
            return a.Alternative(tuple(map(path_of, node.args)))
        case paths.MulPath():
            return a.Repeated(path_of(node.path), bool(node.zero), bool(node.more))
        case paths.NegatedPath():
            if any(isinstance(one, CompValue) for one in node.args):
                # Of `^` in a negated set rdflib's parser keeps no predicate.
                raise NotCompiled("a negated set with an inverse predicate is not compiled")
            backwards = [term_of(one.arg) for one in node.args if isinstance(one, paths.InvPath)]
            forwards = [term_of(one) for one in node.args if not isinstance(one, paths.InvPath)]
            return a.Negated(tuple(forwards), tuple(backwards))
    return end_of(node)
