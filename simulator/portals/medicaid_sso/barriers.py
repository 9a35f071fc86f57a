"""What stands between a session and the functions of the portal until somebody has dealt with it."""

from simulator.portals.medicaid_sso.gate import Gate
from simulator.sessions import Session

AGREEMENT = "agreement"


def barrier(gate: Gate, session: Session) -> str | None:
    """The fragment that comes instead of whatever was asked for."""
    account, spec = session.account, session.account.spec
    if spec.suspended:
        return gate.fragment("suspended.html", session)
    if AGREEMENT not in session.passed:
        return gate.fragment("agreement.html", session, changed=spec.terms)
    if session.organization_id is None:
        return gate.fragment("organization.html", session, organizations=spec.organizations)
    if account.must_confirm_data(gate.house.clock):
        mine = next(each for each in spec.organizations if each.id == session.organization_id)
        return gate.fragment("data_check.html", session, organization=mine)
    return gate.fragment("challenge.html", session) if account.challenged else None


def kept_out(gate: Gate, session: Session, role: str) -> str | None:
    """The same; or the fragment for whoever lacks the role."""
    lacks = role not in session.account.spec.roles
    return barrier(gate, session) or (gate.fragment("denied.html", session) if lacks else None)
