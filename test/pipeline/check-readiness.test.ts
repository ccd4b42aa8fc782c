import { describe, expect, it } from 'vitest'
import { parseManifests } from '../../src/core/change/parse-manifests.ts'
import type { Resource } from '../../src/core/change/resource.ts'
import type { EnvironmentChange } from '../../src/core/targets/target.ts'
import { checkReadiness, type ReadinessRequest } from '../../src/pipeline/check-readiness.ts'
import type { Repository } from '../../src/ports/repository.ts'
import { buildEnvironment } from '../support/build-facts.ts'

const folder = '.github/countersign/checklists'

/** A repository with these files at every commit. */
function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  const known: Pick<Repository, 'file' | 'tree'> = {
    file: (_, path) => Promise.resolve(files[path]),
    tree: () =>
      Promise.resolve(
        new Map(Object.keys(files).map((path) => [path, { path, blob: path, mode: '100644' as const }])),
      ),
  }
  return known as Repository
}

function resourcesOf(text: string): readonly Resource[] {
  const parsed = parseManifests(text, { file: 'all.yaml', positions: true })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: app, image: '${image}' }] }\n`
const cron = 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: c }\nspec: {}\n'

function check(
  files: Readonly<Record<string, string>>,
  given: {
    base?: string
    head: string
    checklist?: string | null
    kubernetes?: string
    more?: Partial<ReadinessRequest>
  },
): ReturnType<typeof checkReadiness> {
  const { change } = buildEnvironment('production', [])
  const targets = change.targets.map((target) => ({
    ...target,
    base: resourcesOf(given.base ?? ''),
    head: resourcesOf(given.head),
  }))
  const rendered: EnvironmentChange = { ...change, targets }
  return checkReadiness({
    environment: {
      name: 'production',
      protected: true,
      kubernetes: given.kubernetes ?? null,
      readiness: { checklist: given.checklist === undefined ? 'own' : given.checklist },
    },
    change: rendered,
    repository: repositoryOf(files),
    policyCommit: 'c1',
    now: '2026-03-02T12:00:00Z',
    ...given.more,
  })
}

/** `state rule kind/name`, suppressed ones with why. */
async function found(...given: Parameters<typeof check>): Promise<readonly string[]> {
  const outcome = await check(...given)
  if (outcome === undefined) return ['no checklist']
  if ('problems' in outcome) return outcome.problems.map(({ file, message }) => `${file}: ${message}`)
  return outcome.report.findings.map(
    ({ state, rule, kind, name, suppressed }) =>
      `${state} ${rule} ${kind}/${name}${suppressed === undefined ? '' : ` (${suppressed.reason})`}`,
  )
}

const only = (rules: string): Record<string, string> => ({
  [`${folder}/own.yaml`]: `version: 1\nextends: [none]\nrules: { ${rules} }\n`,
  [`${folder}/none.yaml`]: '',
})
const { rules } = await import('../../src/core/readiness/registry.ts')
const none = `version: 1\nrules: { ${rules.map(({ id }) => `${id}: off`).join(', ')} }\n`
const withOnly = (text: string): Record<string, string> => ({ ...only(text), [`${folder}/none.yaml`]: none })

describe('checkReadiness', () => {
  it('compares what was with what will be', async () => {
    const files = withOnly('image-tag: on')
    expect(await found(files, { head: pod('nginx') })).toEqual(['new image-tag Pod/p'])
    expect(await found(files, { base: pod('nginx'), head: pod('nginx') })).toEqual(['old image-tag Pod/p'])
    expect(await found(files, { base: pod('nginx'), head: pod('nginx:1') })).toEqual([
      'fixed image-tag Pod/p',
    ])
  })

  it('judges by the Kubernetes version of the environment', async () => {
    const files = withOnly('api-removed: on, api-deprecated: on')
    expect(await found(files, { head: cron, kubernetes: '1.20' })).toEqual([])
    expect(await found(files, { head: cron, kubernetes: '1.24' })).toEqual(['new api-deprecated CronJob/c'])
    expect(await found(files, { head: cron, kubernetes: '1.25' })).toEqual(['new api-removed CronJob/c'])
    expect(await found(files, { head: cron })).toEqual(['new api-removed CronJob/c'])
  })

  it('takes waivers that were given by command, until their end', async () => {
    const waiver = { rule: 'image-tag', resource: 'Pod/p', because: 'soon', owner: 'kim' }
    const more = (until: string): Partial<ReadinessRequest> => ({ waivers: [{ ...waiver, until }] })
    const files = withOnly('image-tag: on')
    expect(await found(files, { head: pod('nginx'), more: more('2026-03-02') })).toEqual([
      'new image-tag Pod/p (soon (kim, until 2026-03-02))',
    ])
    expect(await found(files, { head: pod('nginx'), more: more('2026-03-01') })).toEqual([
      'new image-tag Pod/p',
    ])
  })

  it('is a problem, never a pass, when the checklist cannot be read', async () => {
    expect(await found({}, { head: pod('nginx:1') })).toEqual([
      `${folder}/own.yaml: there is no checklist "own"; write one at this path, or name baseline or production in the policy`,
    ])
    expect(await found(withOnly('imagetag: on'), { head: pod('nginx:1') })).toEqual([
      `${folder}/own.yaml: unknown key; did you mean image-tag?`,
    ])
    const looping = {
      [`${folder}/own.yaml`]: `${none}custom: [missing.yaml]\n`,
    }
    expect(await found(looping, { head: pod('nginx:1') })).toEqual([
      `${folder}/own.yaml: missing.yaml is not there; name a file beside this one`,
    ])
  })

  it('does nothing where the policy names no checklist', async () => {
    expect(await found({}, { head: pod('nginx'), checklist: null })).toEqual(['no checklist'])
  })
})
