"""Decides what of a batch is sent again (重发): the same bytes, to a center that the statement concerns."""

from services.clearing.model.known import Known
from services.clearing.model.statement import State
from services.clearing.months.decide import chunk_of, manifest_of
from services.clearing.statements.disputes import center_fault, missing
from shared.bus.message import Decision, Message
from shared.errors import refuse
from shared.messages.answer import accept
from shared.messages.body import Fact
from shared.messages.clearing.batches import RequestChunk
from shared.messages.clearing.outcomes import ChunkSent


def resend_chunk(known: Known, message: Message, body: RequestChunk) -> Decision:
    """Publishes a chunk, or the manifest, as it was. It changes nothing, so nothing undoes it."""
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
    if body.number is None:
        fact: Fact = manifest_of(statement, manifest)
    else:
        fact = chunk_of(statement.head, body.number, known.resent[body.statement_id, body.number])
    answer = ChunkSent(statement_id=body.statement_id, chunks=manifest.chunks)
    return Decision(facts=(fact,), answer=accept(answer))
