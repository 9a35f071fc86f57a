"""Files of claims, as portals list them: the acknowledgements that they give, kept and read."""

from __future__ import annotations

from collections.abc import Sequence

from bots.download import Delivery
from core.capabilities.claim_files import AcknowledgedClaim, FiledClaimFile
from core.capabilities.files import Document, DocumentKind
from core.x12.acknowledgement import read_acknowledgement
from core.x12.envelope import Unreadable


def acknowledged(filed: FiledClaimFile, given: Sequence[Delivery]) -> FiledClaimFile:
    """With what these say, the last of them its letter. What cannot be read is kept, with its problem."""
    documents: list[Document] = []
    claims: list[AcknowledgedClaim] = []
    faults: list[str] = []
    for each in given:
        document = each.document(DocumentKind.ACKNOWLEDGEMENT)
        told = read_acknowledgement(each.data) if document.problem is None else None
        if isinstance(told, Unreadable):
            document = document.model_copy(update={"problem": told.sentence})
        elif told is not None:
            claims += told.claims
            faults += told.faults
        documents.append(document)
    return filed.model_copy(
        update={
            "letter": documents[-1] if documents else None,
            "acknowledged": tuple(claims),
            "faults": tuple(faults),
            "documents": tuple(documents),
        }
    )
