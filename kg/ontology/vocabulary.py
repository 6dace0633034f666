"""
The few terms that the code itself writes or asks for, and the words of the facts format.

This is the only module of `kg` where an ontology term stands as a constant; a test holds that. Everything else about
the domain is read from `ontology/*.ttl` when the program runs.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

ONTOLOGY_GRAPH: Final = NamedNode("https://w3id.org/conflict-kg/ontology")
NAMESPACE: Final = "https://w3id.org/conflict-kg/ontology#"

PREFIXES: Final = {
    "kg": NAMESPACE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "oa": "http://www.w3.org/ns/oa#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "time": "http://www.w3.org/2006/time#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
}


def _term(curie: str) -> NamedNode:
    prefix, _, name = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + name)


# ── RDF, RDFS, OWL, SKOS, XSD ───────────────────────────────────────────────────────────────────────────────────────
RDF_TYPE: Final = _term("rdf:type")
RDF_FIRST: Final = _term("rdf:first")
RDF_REST: Final = _term("rdf:rest")
RDF_NIL: Final = _term("rdf:nil")
RDF_PROPERTY: Final = _term("rdf:Property")
RDF_LANG_STRING: Final = _term("rdf:langString")
RDFS_CLASS: Final = _term("rdfs:Class")
RDFS_LABEL: Final = _term("rdfs:label")
RDFS_COMMENT: Final = _term("rdfs:comment")
RDFS_DOMAIN: Final = _term("rdfs:domain")
RDFS_RANGE: Final = _term("rdfs:range")
RDFS_SUBCLASS_OF: Final = _term("rdfs:subClassOf")
RDFS_SUBPROPERTY_OF: Final = _term("rdfs:subPropertyOf")
OWL_CLASS: Final = _term("owl:Class")
OWL_RESTRICTION: Final = _term("owl:Restriction")
OWL_OBJECT_PROPERTY: Final = _term("owl:ObjectProperty")
OWL_DATATYPE_PROPERTY: Final = _term("owl:DatatypeProperty")
OWL_SYMMETRIC: Final = _term("owl:SymmetricProperty")
OWL_UNION_OF: Final = _term("owl:unionOf")
OWL_INVERSE_OF: Final = _term("owl:inverseOf")
OWL_ON_PROPERTY: Final = _term("owl:onProperty")
OWL_HAS_VALUE: Final = _term("owl:hasValue")
SKOS_PREF_LABEL: Final = _term("skos:prefLabel")
SKOS_ALT_LABEL: Final = _term("skos:altLabel")
SKOS_HIDDEN_LABEL: Final = _term("skos:hiddenLabel")
SKOS_DEFINITION: Final = _term("skos:definition")
SKOS_NOTATION: Final = _term("skos:notation")
SKOS_MATCHES: Final = tuple(_term(f"skos:{kind}Match") for kind in ("exact", "close", "narrow"))
SKOS_BROAD_MATCH: Final = _term("skos:broadMatch")
SKOS_BROADER: Final = _term("skos:broader")
SKOS_RELATED: Final = _term("skos:related")
SKOS_IN_SCHEME: Final = _term("skos:inScheme")
DCTERMS_IDENTIFIER: Final = _term("dcterms:identifier")
XSD_STRING: Final = _term("xsd:string")
XSD_BOOLEAN: Final = _term("xsd:boolean")
XSD_INTEGER: Final = _term("xsd:integer")
XSD_DECIMAL: Final = _term("xsd:decimal")
XSD_DATE: Final = _term("xsd:date")
XSD_TIME: Final = _term("xsd:time")
XSD_DATE_TIME: Final = _term("xsd:dateTime")
XSD_FLOAT: Final = _term("xsd:float")
XSD_DOUBLE: Final = _term("xsd:double")
XSD_DURATION: Final = _term("xsd:duration")
XSD_DAY_TIME_DURATION: Final = _term("xsd:dayTimeDuration")
XSD_YEAR_MONTH_DURATION: Final = _term("xsd:yearMonthDuration")
XSD_DATE_TIME_STAMP: Final = _term("xsd:dateTimeStamp")
XSD_G_YEAR: Final = _term("xsd:gYear")
XSD_G_YEAR_MONTH: Final = _term("xsd:gYearMonth")
XSD_G_MONTH: Final = _term("xsd:gMonth")
XSD_G_MONTH_DAY: Final = _term("xsd:gMonthDay")
XSD_G_DAY: Final = _term("xsd:gDay")
XSD_HEX_BINARY: Final = _term("xsd:hexBinary")
XSD_BASE64_BINARY: Final = _term("xsd:base64Binary")
XSD_ANY_URI: Final = _term("xsd:anyURI")
XSD_LANGUAGE: Final = _term("xsd:language")
XSD_NORMALIZED_STRING: Final = _term("xsd:normalizedString")
XSD_TOKEN: Final = _term("xsd:token")
XSD_LONG: Final = _term("xsd:long")
XSD_INT: Final = _term("xsd:int")
XSD_SHORT: Final = _term("xsd:short")
XSD_BYTE: Final = _term("xsd:byte")
XSD_NON_NEGATIVE_INTEGER: Final = _term("xsd:nonNegativeInteger")
XSD_POSITIVE_INTEGER: Final = _term("xsd:positiveInteger")
XSD_NON_POSITIVE_INTEGER: Final = _term("xsd:nonPositiveInteger")
XSD_NEGATIVE_INTEGER: Final = _term("xsd:negativeInteger")
XSD_UNSIGNED_LONG: Final = _term("xsd:unsignedLong")
XSD_UNSIGNED_INT: Final = _term("xsd:unsignedInt")
XSD_UNSIGNED_SHORT: Final = _term("xsd:unsignedShort")
XSD_UNSIGNED_BYTE: Final = _term("xsd:unsignedByte")
GEO_AS_WKT: Final = _term("geo:asWKT")
GEO_WKT_LITERAL: Final = _term("geo:wktLiteral")

# ── How the ontology says in which form facts are written ───────────────────────────────────────────────────────────
KEY: Final = _term("kg:key")
VALUE_SYNTAX: Final = _term("kg:valueSyntax")
SCALAR_PROPERTY: Final = _term("kg:scalarProperty")
ENTRY_BASIS: Final = _term("kg:entryBasis")
WRITTEN_BY_BUILD: Final = _term("kg:writtenByBuild")
COLUMN_PROPERTY: Final = _term("kg:columnProperty")
COLUMN_CLASS: Final = _term("kg:columnClass")
ROW_CLASS: Final = _term("kg:rowClass")
SAYS_LACK_OF: Final = _term("kg:saysLackOf")
USUALLY_WITHIN: Final = _term("kg:usuallyWithin")

SYNTAX_TIME: Final = "time"
SYNTAX_DAY: Final = "day"
SYNTAX_COUNT: Final = "count"
SYNTAX_COORDINATES: Final = "coordinates"

# ── Claims and documents ────────────────────────────────────────────────────────────────────────────────────────────
THING: Final = _term("kg:Thing")
DOCUMENT: Final = _term("kg:Document")
CLAIM: Final = _term("kg:Claim")
SPAN: Final = _term("kg:Span")
EVENT: Final = _term("kg:Event")
PARTICIPANT: Final = _term("kg:participant")
TARGET: Final = _term("kg:target")
VICTIM: Final = _term("kg:victim")
ACTOR: Final = _term("kg:Actor")
LOCATION: Final = _term("kg:Location")
DOCUMENT_OF: Final = _term("kg:document")
IS_ABOUT: Final = _term("kg:isAbout")
BASIS: Final = _term("kg:basis")
BASIS_CLASS: Final = _term("kg:Basis")
QUOTE: Final = _term("kg:quote")
PARAPHRASE: Final = _term("kg:paraphrase")
HAS_SPAN: Final = _term("kg:span")
EXACT_TEXT: Final = _term("kg:exactText")
QUOTE_START: Final = _term("kg:quoteStart")
QUOTE_END: Final = _term("kg:quoteEnd")
SPEAKER: Final = _term("kg:speaker")
SPEAKS_FOR: Final = _term("kg:speaksFor")
WRITERS_VOICE: Final = _term("kg:writersVoice")
ANALYST: Final = _term("kg:analyst")
BECAUSE: Final = _term("kg:because")
CODED_IN: Final = _term("kg:codedIn")
VERB: Final = _term("kg:verb")
NOT_KNOWN: Final = _term("kg:notKnown")
QUOTATION: Final = _term("kg:quotation")
PARAPHRASED: Final = _term("kg:paraphrased")
TABLE_ROW: Final = _term("kg:tableRow")
REGISTRY_ENTRY: Final = _term("kg:registryEntry")
INFERENCE: Final = _term("kg:inference")
TIMEZONE: Final = _term("kg:timezone")
TEXT: Final = _term("kg:text")
SHA256: Final = _term("kg:sha256")
LANGUAGE: Final = _term("kg:language")
PUBLISHER: Final = _term("kg:publisher")
TITLE: Final = _term("kg:title")
URL: Final = _term("kg:url")
ISSUED: Final = _term("kg:issued")
REPEATS: Final = _term("kg:repeats")
REGISTRY: Final = _term("kg:Registry")

# ── What a machine proposed, and what a person made of it ───────────────────────────────────────────────────────────
REVIEW_STATUS: Final = _term("kg:reviewStatus")
REVIEWER: Final = _term("kg:reviewer")
REVIEWED_ON: Final = _term("kg:reviewedOn")
REJECTED_BECAUSE: Final = _term("kg:rejectedBecause")
PROPOSED_BY: Final = _term("kg:proposedBy")
PROPOSAL_RULE: Final = _term("kg:proposalRule")
PROPOSAL_VERSION: Final = _term("kg:proposalVersion")
PROPOSAL_KEY: Final = _term("kg:proposalKey")
CONFIDENCE: Final = _term("kg:confidence")
SUPPORT: Final = _term("kg:support")
SUPPORT_WORDS: Final = _term("kg:supportWords")
SUPPORT_FOR: Final = _term("kg:supportFor")
REVIEW_STATUS_CLASS: Final = _term("kg:ReviewStatus")
PROPOSED: Final = _term("kg:proposed")
ACCEPTED: Final = _term("kg:accepted")
EDITED: Final = _term("kg:edited")
REJECTED: Final = _term("kg:rejected")


# ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────────
PLACE: Final = _term("kg:Place")
PLACE_OF: Final = _term("kg:place")
WITHIN: Final = _term("kg:within")
COORDINATES: Final = _term("kg:coordinates")

FACILITY: Final = _term("kg:Facility")
FACILITY_GROUP: Final = _term("kg:FacilityGroup")
RESIDENTIAL_AREA: Final = _term("kg:ResidentialArea")
VEHICLE: Final = _term("kg:Vehicle")
TOWN: Final = _term("kg:Town")
POSSIBLE_PLACE: Final = _term("kg:possiblePlace")
ORIGIN: Final = _term("kg:origin")
DESTINATION: Final = _term("kg:destination")
PLACE_PRECISION: Final = _term("kg:placePrecision")
PLACE_PRECISION_CLASS: Final = _term("kg:PlacePrecision")
NEAR_PLACE: Final = _term("kg:nearPlace")
UNLISTED_COUNT: Final = _term("kg:unlistedCount")
CONSISTS_OF: Final = _term("kg:consistsOf")

# ── Actors, events and harm, as the extraction writes them ───────────────────────────────────────────────────────────
ORGANIZATION: Final = _term("kg:Organization")
AUTHORITY: Final = _term("kg:Authority")
GENERIC_ACTOR: Final = _term("kg:GenericActor")
PERSON: Final = _term("kg:Person")
PERSON_GROUP: Final = _term("kg:PersonGroup")
COUNTRY: Final = _term("kg:Country")
NON_EVENT: Final = _term("kg:NonEvent")
MEMBER_COUNT: Final = _term("kg:memberCount")
MEMBERSHIP: Final = _term("kg:membership")
MEMBER: Final = _term("kg:member")
VALID_ON: Final = _term("kg:validOn")
UNIT_OF: Final = _term("kg:unitOf")
SIDE: Final = _term("kg:side")
SIDE_CLASS: Final = _term("kg:Side")
AGENT: Final = _term("kg:agent")
DEFENDER: Final = _term("kg:defender")
AGENT_NOT_STATED: Final = _term("kg:agentNotStated")
EFFECT: Final = _term("kg:effect")
ITEM: Final = _term("kg:item")
COUNT_OF: Final = _term("kg:count")
ANY_CASUALTY: Final = _term("kg:effectAny")
PART_OF: Final = _term("kg:partOf")
IN_SUPPORT_OF: Final = _term("kg:inSupportOf")
STRIKES: Final = _term("kg:strikes")
COORDINATED: Final = _term("kg:coordinated")
OF_TYPE: Final = _term("kg:ofType")
POLARITY: Final = _term("kg:polarity")
AS_OF: Final = _term("kg:asOf")
SPEAKER_INFERRED: Final = _term("kg:speakerInferred")
VERIFICATION: Final = _term("kg:verification")
NEWS_ARTICLE: Final = _term("kg:NewsArticle")

# ── Values with wording ─────────────────────────────────────────────────────────────────────────────────────────────
AS_WRITTEN: Final = _term("kg:asWritten")
DAY: Final = _term("kg:day")
WHEN: Final = _term("kg:when")
TIME: Final = _term("kg:Time")
EARLIEST: Final = _term("kg:earliest")
LATEST: Final = _term("kg:latest")
EARLIEST_DAY: Final = _term("kg:earliestDayNumber")
LATEST_DAY: Final = _term("kg:latestDayNumber")
CLOCK_EARLIEST: Final = _term("kg:clockEarliest")
CLOCK_LATEST: Final = _term("kg:clockLatest")
PRECISION: Final = _term("kg:precision")
APPROXIMATE: Final = _term("kg:approximate")
UNCERTAIN: Final = _term("kg:uncertain")
DAY_INFERRED: Final = _term("kg:dayInferred")
DAY_PRECISION: Final = _term("kg:dayPrecision")
QUALIFIER: Final = _term("kg:qualifier")
LOW: Final = _term("kg:low")
HIGH: Final = _term("kg:high")
CENTRAL: Final = _term("kg:central")
LATITUDE: Final = _term("kg:latitude")
LONGITUDE: Final = _term("kg:longitude")

# ── Words that values are written in (ontology/wording.ttl) ─────────────────────────────────────────────────────────
PART_OF_DAY: Final = _term("kg:PartOfDay")
EITHER_NIGHT: Final = _term("kg:eitherNight")
APPROXIMATION: Final = _term("kg:Approximation")
MINUTES_EITHER_SIDE: Final = _term("kg:minutesEitherSide")
TIME_RELATION: Final = _term("kg:TimeRelation")
SINCE: Final = _term("kg:sinceThen")
UNTIL: Final = _term("kg:untilThen")
BEFORE: Final = _term("kg:beforeThen")
AFTER: Final = _term("kg:afterThen")
BY: Final = _term("kg:byThen")
HALF_OF_DAY: Final = _term("kg:HalfOfDay")
POST_MERIDIEM: Final = _term("kg:postMeridiem")
WEEKDAY: Final = _term("kg:Weekday")
PASSED_OVER_WORD: Final = _term("kg:PassedOverWord")
QUALIFIER_CLASS: Final = _term("kg:Qualifier")
EXCLUSIVE_LABEL: Final = _term("kg:exclusiveLabel")
EXACT: Final = _term("kg:exact")
AT_LEAST: Final = _term("kg:atLeast")
AT_MOST: Final = _term("kg:atMost")
AROUND: Final = _term("kg:around")
RANGE: Final = _term("kg:range")
VAGUE: Final = _term("kg:vague")
NONE_REPORTED: Final = _term("kg:noneReported")
UNKNOWN_COUNT: Final = _term("kg:unknownCount")
NUMBER_WORD: Final = _term("kg:NumberWord")
NUMBER_JOINER: Final = _term("kg:NumberJoiner")
NUMBER: Final = _term("kg:number")
MULTIPLIES: Final = _term("kg:multiplies")
DETERMINES: Final = _term("kg:determines")
PROPORTION: Final = _term("kg:Proportion")
SECOND_PRECISION: Final = _term("kg:secondPrecision")
MINUTE_PRECISION: Final = _term("kg:minutePrecision")
HOUR_PRECISION: Final = _term("kg:hourPrecision")
PART_OF_DAY_PRECISION: Final = _term("kg:partOfDayPrecision")
MONTH_PRECISION: Final = _term("kg:monthPrecision")
YEAR_PRECISION: Final = _term("kg:yearPrecision")
INTERVAL_PRECISION: Final = _term("kg:intervalPrecision")
UNKNOWN_PRECISION: Final = _term("kg:unknownPrecision")

# ── FollowTheMoney (ontology/followthemoney.ttl) ────────────────────────────────────────────────────────────────────
_FTM = "https://w3id.org/conflict-kg/followthemoney#"
FTM_SCHEMATA: Final = NamedNode(_FTM + "schemata")
FTM_REQUIRED: Final = NamedNode(_FTM + "required")
FTM_ENTITIES: Final = NamedNode(_FTM + "entities")
FTM_DATES: Final = NamedNode(_FTM + "dates")
FTM_TEXTS: Final = NamedNode(_FTM + "texts")
FTM_LANGUAGES: Final = NamedNode(_FTM + "languages")
FTM_LANGUAGE_CODES: Final = NamedNode(_FTM + "languageCodes")

# ── The words of the facts format that are no term of the ontology ──────────────────────────────────────────────────
WORD_DOCUMENT: Final = "document"
WORD_CLAIMS: Final = "claims"
WORD_ID: Final = "id"
WORD_LANGUAGE: Final = "language"
WORD_TYPE: Final = "type"
WORD_ABOUT: Final = "about"
WORD_SAYS: Final = "says"
WORD_CLAIM: Final = "claim"
WORD_VOICE: Final = "voice"
WORD_WRITER: Final = "writer"
WORD_ANALYST: Final = "analyst"
WORD_OCCURRENCE: Final = "occurrence"
WORD_VALUE: Final = "value"
WORD_INFERRED: Final = "inferred"
WORD_UNKNOWN: Final = "unknown"
CLAIM_SEGMENT: Final = "claim"
"""The step between a document's IRI and a claim's key or hash; likewise below for spans."""
SPAN_SEGMENT: Final = "span"
