import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { testIo } from './test-io.ts'

const pod = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  automountServiceAccountToken: false
  containers: [{ name: app, image: nginx }]
`
const only = (rules: string, rest = ''): string => `version: 1
extends: [none]
rules: { ${rules} }
${rest}`

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-ready-'))
  const { rules } = await import('../../src/core/readiness/registry.ts')
  const off = rules.map(({ id }) => `  ${id}: off`).join('\n')
  const files = {
    'none.yaml': `version: 1\nrules:\n${off}\n`,
    'image.yaml': only('image-tag: on'),
    'advice.yaml': only('image-tag: advice'),
    'schema.yaml': only('schema: on'),
    'api.yaml': only('api-removed: on, api-deprecated: on'),
    'custom.yaml': only('', 'custom: [rules.yaml]'),
    'loop.yaml': only('', 'custom: [looping.yaml]'),
    'wrong.yaml': 'version: 1\nrules: { imagetag: on, replicas: maybe }\n',
    'rules.yaml':
      'rules: [{ id: named, severity: danger, expression: "object.metadata.name.startsWith(\'web\')", message: is not ours }]\n',
    'looping.yaml': `rules: [{ id: loop, expression: "${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(10)}true${')'.repeat(10)}" }]\n`,
    'pod.yaml': pod,
    'typo.yaml': pod.replace('image: nginx', 'imagee: nginx:1'),
    'old.yaml': 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: a }\nspec: {}\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ready(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(folder, join(folder, 'home'), pod)
  const code = await runCli(['ready', ...args], io)
  return { code, ...io.written }
}

describe('countersign ready', () => {
  it('prints findings by resource, and exits 1', async () => {
    expect(await ready('pod.yaml', '--checklist', 'image.yaml')).toEqual({
      code: 1,
      out: `Pod p  pod.yaml
  danger  container app: image nginx has no tag, so what runs depends on when it is pulled
          [image-tag:6]

1 resource: 1 failed, 0 advice, 0 passed
`,
      err: '',
    })
  })

  it('reads standard input, and gives JSON', async () => {
    const { code, out } = await ready('-', '--checklist', 'image.yaml', '--format', 'json')
    expect([code, JSON.parse(out)]).toEqual([
      1,
      {
        version: 1,
        summary: { resources: 1, passed: 0, failed: 1, waived: 0, advice: 0 },
        findings: [
          {
            rule: 'image-tag',
            severity: 'danger',
            apiVersion: 'v1',
            kind: 'Pod',
            name: 'p',
            path: '/spec/containers/[name=app]/image',
            file: 'standard input',
            line: 6,
            message: 'container app: image nginx has no tag, so what runs depends on when it is pulled',
            fix: 'Name a version or a digest:\n\n  image: nginx:1.2.3',
          },
        ],
        notes: [],
      },
    ])
  })

  it('does not fail on advice', async () => {
    expect((await ready('pod.yaml', '--checklist', 'advice.yaml')).code).toBe(0)
  })

  it('names unknown fields on their line', async () => {
    const { out } = await ready('typo.yaml', '--checklist', 'schema.yaml')
    expect(out).toContain('danger  unknown field imagee; did you mean image? [schema:6]')
  })

  it.each([
    ['1.24', 'policy/v1beta1 PodDisruptionBudget is deprecated since Kubernetes 1.21 and goes away in 1.25'],
    ['1.25', 'policy/v1beta1 PodDisruptionBudget is gone since Kubernetes 1.25; 1.25 refuses it'],
  ])('previews Kubernetes %s', async (version, message) => {
    const { out } = await ready(
      'old.yaml',
      '--checklist',
      'api.yaml',
      '--kubernetes-version',
      version,
      '--format',
      'json',
    )
    expect(
      (JSON.parse(out) as { findings: { message: string }[] }).findings.map((each) => each.message),
    ).toEqual([message])
  })

  it('judges by rules of the repository', async () => {
    const { code, out } = await ready('pod.yaml', '--checklist', 'custom.yaml')
    expect([code, out]).toEqual([1, expect.stringContaining('danger  is not ours [named:')])
  })

  it.each([
    [['pod.yaml', '--checklist', 'wrong.yaml'], 'did you mean image-tag?'],
    [['pod.yaml', '--checklist', 'loop.yaml'], 'loop: takes too long to evaluate and was stopped'],
    [['pod.yaml', '--checklist', 'productoin'], 'there is no checklist productoin'],
    [['pod.yaml', '--kubernetes-version', 'new'], 'new is no version of Kubernetes'],
    [['nowhere.yaml'], 'nowhere.yaml does not exist'],
  ])('exits 2 for %j', async (args, message) => {
    const { code, err } = await ready(...args)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
