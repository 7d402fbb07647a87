"""Every indicator written down again by hand, as cells of the official forms.

Nothing here reads indicators.yml or the crosswalk: this is what the dictionary is tested against.
A part is a list of (sign, item, member, years back); an item in braces names its successors.
"""

from __future__ import annotations

from dataclasses import dataclass

Cell = tuple[int, str, str, int]
Part = tuple[Cell, ...]

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organisation",
    "legal_service_organisation",
    "other_organisation",
)
GROUNDS = (
    "state_secret",
    "prohibited_by_law",
    "security_and_stability",
    "third_party_rights",
    "internal_affairs",
    "process_information",
    "enforcement_file",
    "register_query",
)
CANNOT = ("not_held", "needs_creation", "still_unclear")
DECLINED = ("petition", "repeat", "published_material", "excessive", "confirmation")
# One row of the form of 2019 became three in 2021.
OTHER = {
    "gir_2019": ("other",),
    "gir_2021": (
        "other.clarification_overdue",
        "other.processing_fee_overdue",
        "other.miscellaneous",
    ),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure: numerator, denominator (none where it is no quotient), and how it is shown."""

    upper: Part
    lower: Part = ()
    per: int = 1
    is_share: bool = False
    least: int = 10


def _t3(*rows: str, who: str = "total", sign: int = 1, back: int = 0) -> Part:
    return tuple((sign, f"applications.{row}", who, back) for row in rows)


def _out(*rows: str, who: str = "total") -> Part:
    return _t3(*(f"outcome.{row}" for row in rows), who=who)


def _cases(*rows: str) -> Part:
    return tuple((1, row, "", 0) for row in rows)


def _plain(row: str, sign: int = 1, back: int = 0) -> Part:
    return ((sign, row, "", back),)


def _share(upper: Part, lower: Part) -> Formula:
    return Formula(upper, lower, is_share=True)


def formulas(format_id: str) -> dict[str, Formula]:
    """Every indicator made of cells, for reports of one form."""

    def refused(who: str = "total") -> Part:
        return _out(*(f"refused.{row}" for row in GROUNDS), who=who)

    def cannot(who: str = "total") -> Part:
        return _out(*(f"unavailable.{row}" for row in CANNOT), who=who)

    def declined(who: str = "total") -> Part:
        return _out(*(f"not_processed.{row}" for row in DECLINED), who=who)

    def other(who: str = "total") -> Part:
        return _out(*OTHER[format_id], who=who)

    total = _out("total")
    load = _t3("received", "brought_forward")
    yes = _out("disclosed", "partially_disclosed")
    suits = _cases("litigation.direct.total", "litigation.after_reconsideration.total")
    decided = ("upheld", "corrected", "other_result")
    review_decided = _cases(*(f"reconsideration.{row}" for row in decided))
    suits_decided = _cases(
        *(
            f"litigation.{way}.{row}"
            for way in ("direct", "after_reconsideration")
            for row in decided
        )
    )
    kinds = ("licensing", "penalties", "administrative_compulsion")
    decisions = tuple(cell for kind in kinds for cell in _plain(f"{kind}.decisions"))
    charges = "administrative_charges.amount"
    out = {
        "requests_received": Formula(_t3("received")),
        "workload": Formula(load),
        "completion_rate": _share(total, load),
        "carry_over_rate": _share(_t3("carried_forward"), load),
        "backlog_change": Formula(_t3("carried_forward") + _t3("brought_forward", sign=-1)),
        "disclosure_rate": _share(yes, total),
        "full_disclosure_rate": _share(_out("disclosed"), total),
        "substantive_disclosure_rate": _share(yes, yes + refused()),
        "refusal_rate": _share(refused(), total),
        "discretionary_refusal_share": _share(
            _out(
                "refused.internal_affairs",
                "refused.process_information",
                "refused.enforcement_file",
            ),
            refused(),
        ),
        "security_refusal_share": _share(
            _out(
                "refused.state_secret",
                "refused.prohibited_by_law",
                "refused.security_and_stability",
            ),
            refused(),
        ),
        "third_party_refusal_share": _share(_out("refused.third_party_rights"), refused()),
        "unavailable_rate": _share(cannot(), total),
        "not_held_rate": _share(_out("unavailable.not_held"), total),
        "not_processed_rate": _share(declined(), total),
        "petition_share": _share(_out("not_processed.petition"), total),
        "repeat_abuse_share": _share(
            _out("not_processed.repeat", "not_processed.excessive"), total
        ),
        "procedural_closure_rate": _share(cannot() + declined() + other(), total),
        "abandoned_rate": _share(
            _out("other.clarification_overdue", "other.processing_fee_overdue"), total
        ),
        "reconsideration_rate": Formula(_cases("reconsideration.total"), total),
        "litigation_rate": Formula(suits, total),
        "reconsideration_correction_rate": _share(
            _cases("reconsideration.corrected"), review_decided
        ),
        "litigation_loss_rate": _share(
            _cases("litigation.direct.corrected", "litigation.after_reconsideration.corrected"),
            suits_decided,
        ),
        "reconsideration_maintain_rate": _share(_cases("reconsideration.upheld"), review_decided),
        "litigation_maintain_rate": _share(
            _cases("litigation.direct.upheld", "litigation.after_reconsideration.upheld"),
            suits_decided,
        ),
        "escalation_ratio": Formula(
            _cases("litigation.after_reconsideration.total"), _cases("reconsideration.total")
        ),
        "direct_suit_share": _share(_cases("litigation.direct.total"), suits),
        "reconsideration_pending_share": _share(
            _cases("reconsideration.pending"), _cases("reconsideration.total")
        ),
        "direct_litigation_pending_share": _share(
            _cases("litigation.direct.pending"), _cases("litigation.direct.total")
        ),
        "later_litigation_pending_share": _share(
            _cases("litigation.after_reconsideration.pending"),
            _cases("litigation.after_reconsideration.total"),
        ),
        "normative_documents_net_change": Formula(
            _plain("normative_documents.issued") + _plain("normative_documents.repealed", -1)
        ),
        "normative_documents_turnover_ratio": Formula(
            _plain("normative_documents.repealed"), _plain("normative_documents.in_force")
        ),
        "compulsion_penalty_ratio": Formula(
            _plain("administrative_compulsion.decisions"), _plain("penalties.decisions")
        ),
        "fee_income": Formula(_plain(charges)),
        "fee_income_change": Formula(_plain(charges) + _plain(charges, -1, 1)),
        "requests_growth_ratio": Formula(
            _t3("received") + _t3("received", sign=-1, back=1), _t3("received", back=1)
        ),
    }
    for ground in GROUNDS:
        out[f"refusal_{ground}_share"] = _share(_out(f"refused.{ground}"), refused())
    for who in APPLICANTS:
        settled = _out("total", who=who)
        out |= {
            f"received_{who}_share": _share(_t3("received", who=who), _t3("received")),
            f"disclosed_share_{who}": _share(_out("disclosed", who=who), settled),
            f"partially_disclosed_share_{who}": _share(
                _out("partially_disclosed", who=who), settled
            ),
            f"refused_share_{who}": _share(refused(who), settled),
            f"unavailable_share_{who}": _share(cannot(who), settled),
            f"not_processed_share_{who}": _share(declined(who), settled),
            f"other_share_{who}": _share(other(who), settled),
        }
    for kind in kinds:
        out[f"{kind}_volume"] = Formula(_plain(f"{kind}.decisions"))
        out[f"{kind}_mix_share"] = _share(_plain(f"{kind}.decisions"), decisions)
    return out


# Items that the form of 2019 does not print.
ONLY_2021 = (
    "repealed",
    "in_force",
    "administrative_charges.amount",
)
# Same row, other meaning: from the form of 2021, and from a law in force since 2024.
APPROXIMATE_2021 = ("normative_documents.issued", "government_rules.issued", ".decisions")
APPROXIMATE_2024 = ("litigation.direct.",)
