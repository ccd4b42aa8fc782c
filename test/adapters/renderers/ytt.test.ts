import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeLocal, type LocalParts } from '../../../src/compose.ts'
import type { EnvironmentChange } from '../../../src/core/targets/target.ts'
import { takeChange } from '../../../src/pipeline/take-change.ts'
import { TemporaryRepository, type Edits } from '../git/temporary-repository.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const repositories: TemporaryRepository[] = []
let parts: LocalParts
beforeAll(async () => {
  // Stands for ytt: the same arguments, and of its language the one replacement that is needed here.
  const program = `#!/bin/sh
if [ "$1" = version ]; then echo "ytt version 0.52.0"; exit 0; fi
[ "$1" = --file ] || exit 2
if grep -q broken "$2"/*.yaml; then echo "ytt: Error: broken in $PWD/$2" >&2; exit 1; fi
value=$(grep -rh '^value:' "$2" | sed 's/value: //')
sed "s/#@ data.values.value/$value/" "$2"/config.yaml
`
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin', 'ytt'), program, { mode: 0o755 })
  const path = [join(home, 'bin'), process.env.PATH ?? ''].join(delimiter)
  parts = await composeLocal({ home, path, color: false })
})
afterAll(() => {
  for (const repository of repositories) repository.remove()
  rmSync(home, { recursive: true, force: true })
})

const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  key: #@ data.values.value\n'

async function take(files: Edits, edits: Edits): Promise<EnvironmentChange | undefined> {
  const repository = new TemporaryRepository()
  repositories.push(repository)
  repository.commit(files)
  repository.commit(edits)
  const [environment] = await takeChange(
    { ...parts, repository: await parts.openRepository(repository.directory), fingerprintKey: 'test' },
    { base: 'HEAD~1', head: 'HEAD', environments: [{ name: 'all', targets: ['app'] }] },
  )
  return environment
}

describe('templates of ytt', () => {
  const files = {
    'app/config.yaml': config,
    'app/schema.yaml': '#@data/values-schema\n---\n',
    'app/deep/values.yml': 'value: one\n',
  }

  it('are rendered with everything below their directory', async () => {
    const found = await take(files, { 'app/deep/values.yml': 'value: two\n' })
    expect(found?.failures).toEqual([])
    expect(found?.targets.map(({ renderer, why }) => [renderer, why])).toEqual([
      ['ytt', ['app/deep/values.yml', 'app']],
    ])
    expect(found?.change.resources.flatMap(({ changes }) => changes)).toEqual([
      { path: '/data/key', before: 'one', after: 'two' },
    ])
  })

  it('fail with the words of ytt, and are refused where it would read more than is known', async () => {
    const failed = await take(files, { 'app/config.yaml': `${config}# broken\n` })
    expect(failed?.failures.map(({ code, message }) => [code, message])).toEqual([
      ['render-failed', 'ytt: Error: broken in ./app'],
    ])
    const unread = await take(
      { 'app/config.yaml': config, 'app/deep/values.yml': 'value: one\n' },
      { 'app/config.yaml': `${config}\n` },
    )
    expect(unread?.failures.map(({ code, message }) => [code, message])).toEqual([
      [
        'input-refused',
        'it is a template of ytt, and ytt would read more than is known here (app/deep/values.yml): give its directory a values.yaml, a schema.yaml or a .lib.yaml',
      ],
    ])
  })

  it('leave plain manifests beside a values file as they are, without what lies below', async () => {
    const map = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${value}}\n`
    const found = await take(
      { 'app/a.yaml': map('a'), 'app/values.yaml': 'x: 1\n', 'app/deep/b.yaml': map('b') },
      { 'app/a.yaml': map('c'), 'app/deep/b.yaml': map('d') },
    )
    expect(found?.change.resources.map(({ name, action }) => [name, action])).toEqual([
      ['a', 'removed'],
      ['c', 'added'],
    ])
  })
})
