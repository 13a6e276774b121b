"""Decides what of a batch is sent again (重发): the same bytes, to a center that the statement concerns.

A digest of each chunk is kept when it is first sent. What does not have it any more was damaged in the
database since, and is not sent: the center has already read, and perhaps confirmed, something else.
"""

from services.clearing.model.known import Known
from services.clearing.model.statement import State
from services.clearing.months.chunks import rows_digest, rows_of
from services.clearing.months.decide import chunk_of, manifest_of
from services.clearing.statements.disputes import center_fault, missing
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.clearing.batches import RequestChunk, join_digests
from shared.messages.clearing.outcomes import ChunkSent


def resend_chunk(known: Known, message: Message, body: RequestChunk) -> Decision:
    """Publishes a chunk, or the manifest, as it was. It changes nothing, so nothing undoes it.

    Refused with BATCH_DIFFERS, and the place, if that is not what was first sent.
    """
    statement = known.statements.get(body.statement_id)
    if statement is None:
        return Decision(answer=missing(body.statement_id, None))
    if fault := center_fault(known, message, statement, body.center_id):
        return Decision(answer=fault)
    if statement.state == State.SORTED:
        return Decision(answer=refuse("BATCH_STATE", statement.state))
    manifest = known.manifests[body.statement_id]
    if body.number is not None and body.number >= manifest.chunks:
        return Decision(answer=refuse("INVALID_FIELD", f"number: 0 … {manifest.chunks - 1}"))
    answer = accept(ChunkSent(statement_id=body.statement_id, chunks=manifest.chunks))
    digests = known.digests.get(body.statement_id, [])
    if body.number is None:
        if join_digests(digests) != manifest.sha256:
            return Decision(answer=refuse("BATCH_DIFFERS", "manifest"))
        return Decision(facts=(manifest_of(statement, manifest),), answer=answer)
    rows = rows_of(known.resent[body.statement_id, body.number])
    if digests[body.number : body.number + 1] != [rows_digest(rows)]:
        return Decision(answer=refuse("BATCH_DIFFERS", f"number: {body.number}"))
    return Decision(written=(chunk_of(statement.head, body.number, rows),), answer=answer)
