import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/store/database.ts'
import { createSqlStore } from '../../src/adapters/store/sql-store.ts'
import { exportEvidence } from '../../src/cli/export-evidence.ts'
import type { Store } from '../../src/ports/store.ts'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { startPostgres } from '../support/postgres.ts'
import { deployment, deploymentWith, propose } from '../support/pulls.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

const policy = `version: 1
environments:
  production:
    targets: [deploy/overlays/production]
    deploy: { by: argocd, timeout: 10m, on-failure: revert }
    merge: { when: command }
`

let postgres: Awaited<ReturnType<typeof startPostgres>>
let journey: Journey
let store: Store
beforeAll(async () => {
  postgres = await startPostgres()
  journey = await startJourney({
    files: { ...(await sampleWithoutChecklist()), '.github/countersign.yml': policy },
    databaseUrl: postgres.url,
    cluster: {
      objects: [
        { kind: 'Application', namespace: 'argocd', name: 'production', path: 'deploy/overlays/production' },
      ],
      outcome: async () => 'failed',
    },
  })
  store = createSqlStore(await openDatabase({ url: postgres.url }))
})
afterAll(async () => {
  await store.close()
  await journey.close()
  await postgres.stop()
})

it('has a record of everything that happened to a pull request, in one chain', async () => {
  const files = { [deployment]: await deploymentWith(journey, '7.1.0') }
  const { number } = await propose(journey, { branch: 'fails', files })
  journey.github.comment(journey.github.pull('acme/shop', number), 'lee', '/merge')
  const bundle = await eventually(
    'the rollback',
    async () => {
      const found = (await exportEvidence(store, `acme/shop#${number}`).catch(() => undefined)) as
        Bundle | undefined
      return found !== undefined && found.opened.length > 0 && found
    },
    90_000,
  )
  expect(bundle.chain.sound).toBe(true)
  const kinds = bundle.records.map(({ kind }) => kind)
  expect(new Set(kinds)).toEqual(
    new Set(['decision', 'effect', 'command', 'merge', 'merged', 'deployment', 'rollout', 'rollback']),
  )
  for (const kind of ['merge', 'merged', 'deployment', 'rollback'])
    expect(
      kinds.filter((each) => each === kind),
      kind,
    ).toHaveLength(1)
  const merge = bundle.records.find(({ kind }) => kind === 'merge')
  expect(merge?.body).toMatchObject({ askedBy: 'lee', evidence: bundle.decision.evidence })
  expect(bundle).toMatchObject({
    decision: { inChain: true, decision: { verdict: 'ready' } },
    deployments: [{ environment: 'production', pull: number, rollout: { state: 'failed' } }],
    opened: [{ kind: 'rollback', ofPull: number }],
  })
})

interface Bundle {
  readonly chain: { readonly sound: boolean }
  readonly decision: { readonly evidence: string }
  readonly opened: readonly unknown[]
  readonly records: readonly { readonly kind: string; readonly body: unknown }[]
}
