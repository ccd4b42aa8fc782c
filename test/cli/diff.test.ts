import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { testIo } from './test-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const home = join(folder, 'home')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
  return name
}

const deployment = (replicas: number, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: ${replicas}\n  template: {spec: {containers: [{name: app, image: "${image}"}]}}\n`

async function run(args: readonly string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(folder, home, stdin)
  const code = await runCli(['diff', ...args], io)
  return { code, ...io.written }
}

describe('countersign diff', () => {
  const before = write('before.yaml', deployment(6, 'app:1.0.0'))
  const after = write('after.yaml', deployment(0, 'app:1.1.0'))

  it('prints resources with their fields and risks, and exits 1', async () => {
    expect(await run([before, after])).toEqual({
      code: 1,
      err: '',
      out: `~ Deployment shop/web · image, scale
    danger: goes to 0 replicas: nothing will run [replicas-zero]
    advice: the image of app moves up: 1.0.0 → 1.1.0 [image-upgrade]
      spec:
    -   replicas: 6
    +   replicas: 0
        template:
          spec:
            containers:
              - name: app
    -           image: app:1.0.0
    +           image: app:1.1.0

1 resource · image, scale
`,
    })
  })

  it('prints the public JSON', async () => {
    const { code, out } = await run([before, after, '--format', 'json'])
    const { digest, ...rest } = JSON.parse(out) as { digest: string }
    expect([code, digest]).toEqual([1, expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
    expect(rest).toEqual({
      version: 1,
      classes: ['image', 'scale'],
      resources: [
        {
          action: 'changed',
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'shop',
          name: 'web',
          classes: ['image', 'scale'],
          risks: [
            { id: 'replicas-zero', severity: 'danger', message: 'goes to 0 replicas: nothing will run' },
            { id: 'image-upgrade', severity: 'advice', message: 'the image of app moves up: 1.0.0 → 1.1.0' },
          ],
          changes: [
            { path: '/spec/replicas', before: 6, after: 0 },
            {
              path: '/spec/template/spec/containers/[name=app]/image',
              before: 'app:1.0.0',
              after: 'app:1.1.0',
            },
          ],
        },
      ],
    })
  })

  it('reads standard input and directories, passing over what is no manifest there', async () => {
    write('dir/deep/a.yaml', deployment(6, 'app:1.0.0'))
    write('dir/values.yaml', 'image: x\n')
    expect(await run(['-', 'dir'], deployment(6, 'app:1.0.0'))).toEqual({
      code: 0,
      out: 'No differences.\n',
      err: '',
    })
  })

  it('renders kustomizations and charts, with what they name outside their directory', async () => {
    write('tree/base/kustomization.yaml', 'resources: [web.yaml]\n')
    write('tree/base/web.yaml', deployment(6, 'app:1.0.0'))
    write('tree/one/kustomization.yaml', 'resources: [../base]\n')
    write('tree/two/kustomization.yaml', 'resources: [../base]\nreplicas: [{name: web, count: 2}]\n')
    write('tree/chart/Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 0.1.0\n')
    write('tree/chart/values.yaml', 'replicas: 3\n')
    write('tree/chart/templates/web.yaml', deployment(6, 'app:1.0.0').replace('6', '{{ .Values.replicas }}'))
    const changes = async (from: string, to: string): Promise<unknown> => {
      const { out } = await run([from, to, '--format', 'json'])
      return (JSON.parse(out) as { resources: { changes: unknown }[] }).resources.map((each) => each.changes)
    }
    expect(await changes('tree/one', 'tree/two')).toEqual([[{ path: '/spec/replicas', before: 6, after: 2 }]])
    expect(await changes('tree/one', 'tree/chart')).toEqual([
      [{ path: '/spec/replicas', before: 6, after: 3 }],
    ])
    expect(await changes('before.yaml', 'tree/one')).toEqual([])
  })

  it('reads nothing outside the tree that a kustomization stands in', async () => {
    write('bad/kustomization.yaml', 'namespace: a\nresources: [../../../etc]\n')
    expect(await run(['before.yaml', 'bad'])).toEqual({
      code: 2,
      out: '',
      err: 'bad/kustomization.yaml:2  ../../../etc leads out of the repository; nothing outside it is read\n',
    })
    write('lost/kustomization.yaml', 'resources: [none.yaml]\n')
    expect((await run(['before.yaml', 'lost'])).err).toBe(
      'lost/kustomization.yaml:1  none.yaml does not exist\n',
    )
  })

  it.each([
    [['none.yaml', 'after.yaml'], 'none.yaml does not exist\n'],
    [['-', '-'], 'only one side can be standard input\n'],
    [
      [write('bad.yaml', 'apiVersion: v1\nkind: A\nmetadata: {name: [}\n'), 'after.yaml'],
      /^bad\.yaml:3:19 {2}/,
    ],
    [
      [write('foreign.yaml', 'a: 1\n'), 'after.yaml'],
      'foreign.yaml:1:1  apiVersion is missing: every Kubernetes object names one\n',
    ],
  ])('exits 2 for %j', async (args, words) => {
    const { code, err } = await run(args)
    expect(code).toBe(2)
    expect(err).toMatch(words)
  })

  it('lets no text out of its fence and no control character into a terminal', async () => {
    const data = '```\n</details> @everyone \u001b[31m\u202e'
    const map = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { x: data },
    })
    write('evil.json', map)
    const markdown = (await run([write('none-yet.yaml', ''), 'evil.json', '--format', 'markdown'])).out
    const [fence = ''] = /^`{3,}/m.exec(markdown) ?? []
    expect(fence).toBe('````')
    expect(markdown.trimEnd().endsWith('````')).toBe(true)
    const text = (await run(['none-yet.yaml', 'evil.json'])).out
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).toContain('\\u001b[31m\\u202e')
  })
})
