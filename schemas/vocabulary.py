"""The closed vocabularies of the public contract, each defined once and used everywhere."""

from __future__ import annotations

from enum import StrEnum


class DocumentStatus(StrEnum):
    """What became of a document."""

    READ = "read"
    PARTLY_READ = "partly_read"
    NOT_A_REPORT = "not_a_report"
    UNIDENTIFIED = "unidentified"
    UNSUPPORTED_FORMAT = "unsupported_format"
    NEEDS_OCR = "needs_ocr"
    NEEDS_CONVERTER = "needs_converter"
    NEEDS_PASSWORD = "needs_password"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    DUPLICATE = "duplicate"


READ_STATUSES = (DocumentStatus.READ.value, DocumentStatus.PARTLY_READ.value)
"""A document that was read, at least in part; all others say why not."""


class ValueStatus(StrEnum):
    """What a cell prints. Only `reported` carries a value."""

    REPORTED = "reported"
    BLANK = "blank"
    PLACEHOLDER = "placeholder"
    TEXT = "text"
    ILLEGIBLE = "illegible"
    UNDECIDED = "undecided"
    ABSENT = "absent"


class ReviewStatus(StrEnum):
    """Whether a careful reader would assert the cell."""

    SURE = "sure"
    NEEDS_REVIEW = "needs_review"


class ChosenBy(StrEnum):
    """What decided between several readings of a cell."""

    LAYOUT = "layout"
    RECONCILIATION = "reconciliation"


class Severity(StrEnum):
    """Severity of a rule and its findings, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    ADVISORY = "advisory"


class FindingStatus(StrEnum):
    """`needs_review` marks a finding that rests on an unsure cell."""

    OPEN = "open"
    NEEDS_REVIEW = "needs_review"


class Attribution(StrEnum):
    """Whose fault a finding is; undetermined unless a stated rule decides."""

    PUBLISHER = "publisher"
    EXTRACTION = "extraction"
    UNDETERMINED = "undetermined"


class Outcome(StrEnum):
    """What a rule says of one place."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_EVALUABLE = "not_evaluable"


class AgencyKind(StrEnum):
    """Kind of publisher (人民政府, 政府办公室, 部门 and so on)."""

    GOV = "gov"
    GOV_OFFICE = "gov_office"
    DEPT = "dept"
    VERTICAL = "vertical"
    DUAL = "dual"
    ZONE = "zone"
    TOWNSHIP = "township"
    STREET = "street"
    OUTPOST = "outpost"
    INSTITUTION = "institution"
    SOE = "soe"
    MASS_ORG = "mass_org"
    STATE_COUNCIL_DEPT = "state_council_dept"
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """Level of administration, highest first."""

    STATE = "state"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


class AgencyNameType(StrEnum):
    """What a dated name of a registered agency is."""

    OFFICIAL = "official"
    SHORT = "short"


class AgencyEventKind(StrEnum):
    """What happened to an agency; one that is renamed keeps its code, a successor has its own."""

    ESTABLISHED = "established"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    TRANSFERRED = "transferred"
    ABOLISHED = "abolished"


class DivisionEventKind(StrEnum):
    """What happened to a division or to its code."""

    ESTABLISHED = "established"
    ABOLISHED = "abolished"
    RENAMED = "renamed"
    RECODED = "recoded"
    CODE_REASSIGNED = "code_reassigned"
    CONVERTED = "converted"
    ADJUSTED = "adjusted"
    TRANSFERRED = "transferred"
    SEAT_MOVED = "seat_moved"


class MatchMethod(StrEnum):
    """How the agency of a report was settled; those that start with provisional were not."""

    DECISION_DOCUMENT = "decision_document"
    DECISION_NAME = "decision_name"
    CREDIT_CODE = "credit_code"
    NAME = "name"
    NAME_AND_EVIDENCE = "name_and_evidence"
    PROVISIONAL_UNKNOWN = "provisional_unknown"
    PROVISIONAL_AMBIGUOUS = "provisional_ambiguous"
    PROVISIONAL_UNPROVEN = "provisional_unproven"
    PROVISIONAL_CONTRADICTED = "provisional_contradicted"


class RosterStatus(StrEnum):
    """What a line of a roster came to."""

    USED = "used"
    DUPLICATE = "duplicate"
    UNKNOWN_AGENCY = "unknown_agency"
    AMBIGUOUS_AGENCY = "ambiguous_agency"
    UNKNOWN_REGION = "unknown_region"


class CoverageStatus(StrEnum):
    """What became of a report that is expected, or was not."""

    RECEIVED_ON_TIME = "received_on_time"
    LATE = "late"
    RECEIVED_UNDATED = "received_undated"
    MISSING = "missing"
    UNMATCHED = "unmatched"
    NOT_EXPECTED = "not_expected"
