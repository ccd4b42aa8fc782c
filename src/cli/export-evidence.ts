import { createAuditVerifier } from '../core/audit.ts'
import { evidenceDigest } from '../core/evidence.ts'
import { AppError } from '../errors.ts'
import type { AuditRecord, PullKey, Store } from '../ports/store.ts'

/**
 * All that is kept about one pull request, as one JSON document: the last decision with the facts and the policy that it was made from, what each
 * approval saw, the signatures on the checklist, its deployments with theirs and where they are, what Countersign opened it for or opened because
 * of it, and its records with the hashes that chain them to all others.
 */
export async function exportEvidence(store: Store, key: PullKey): Promise<object> {
  const [repository = '', number = ''] = key.split('#')
  const pull = Number(number)
  const verifier = createAuditVerifier()
  let isSound = true
  for await (const row of store.auditRows()) isSound &&= verifier.take(row) === undefined
  const records: AuditRecord[] = []
  for await (const record of store.audit(key)) records.push(record)
  const decision = await store.readDecision(key)
  if (decision === undefined && records.length === 0)
    throw new AppError('bad-input', `nothing on ${key} is in the record`)
  const { count, hash } = verifier.last()
  const evidence = decision && evidenceDigest(decision)
  const proposals = await store.proposals(repository)
  return {
    version: 1,
    pull: key,
    chain: { sound: isSound, records: count, last: hash },
    decision:
      decision === undefined
        ? null
        : {
            ...decision,
            evidence,
            // False: no record of the chain speaks of exactly this decision with these facts.
            inChain: records.some(({ body }) => (body as { evidence?: unknown }).evidence === evidence),
          },
    approvals: await store.approvals(key),
    attestations: await store.attestations(key),
    deployments: await store.deployments(repository, { pull }),
    openedFor: (await store.proposal(key)) ?? null,
    opened: proposals.filter(({ ofPull }) => ofPull === pull),
    records,
  }
}
