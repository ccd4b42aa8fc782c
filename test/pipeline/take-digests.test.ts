import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../src/core/policy/parse.ts'
import type { FactsDeps } from '../../src/pipeline/facts-deps.ts'
import { takeDigests } from '../../src/pipeline/take-digests.ts'
import type { ApprovalRecord } from '../../src/ports/store.ts'
import type { Repository } from '../../src/ports/repository.ts'
import { buildEnvironment, buildPull, image } from '../support/build-facts.ts'
import { presets } from '../support/preset.ts'

const head = 'c'.repeat(40)
const review = {
  id: 'r1',
  by: { login: 'dana', type: 'User' as const },
  state: 'APPROVED' as const,
  at: '2026-03-02T11:00:00Z',
  commit: head,
  body: '',
}
const record: ApprovalRecord = {
  reviewId: 'r1',
  environment: 'production',
  commit: head,
  change: 'sha256:then',
  fields: {},
}

async function digestsOf(binding: string, kept: readonly ApprovalRecord[]) {
  const parsed = parsePolicy({
    file: 'p.yml',
    extends: presets,
    text: `version: 1\nenvironments: { production: { targets: [p], binding: ${binding} } }\n`,
  })
  const environment = parsed.ok ? parsed.value.environments[0] : undefined
  if (environment === undefined) throw new Error('the policy of this test is wrong')
  const saved: ApprovalRecord[] = []
  const unused = (): never => {
    throw new Error('nothing else is asked for')
  }
  const store = {
    approvals: () => Promise.resolve(kept),
    saveApprovals: (_: string, records: readonly ApprovalRecord[]) => {
      saved.push(...records)
      return Promise.resolve()
    },
  }
  const shown = { ...buildEnvironment('production', [image]).change, resultDigest: 'sha256:result' }
  const digests = await takeDigests(
    { store, mirrors: { fetch: unused }, takeChange: unused } as unknown as FactsDeps,
    {} as Repository,
    'acme/shop#7',
    buildPull({ reviews: [review] }),
    { environment, shown, judged: shown, git: { url: '', token: '', repository: 'acme/shop' } },
  )
  return { digest: digests[head], saved }
}

describe('pipeline/take-digests', () => {
  it('believes what was kept when the review arrived', async () => {
    const { digest, saved } = await digestsOf('change', [record])
    expect(digest).toMatchObject({ kind: 'known', value: { change: 'sha256:then' } })
    expect(saved).toEqual([])
  })

  it('computes again what was kept without what the policy binds to now', async () => {
    const { digest, saved } = await digestsOf('result', [record])
    expect(digest).toMatchObject({ kind: 'known', value: { result: 'sha256:result' } })
    expect(saved).toHaveLength(1)
  })
})
