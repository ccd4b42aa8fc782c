import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('is quiet when whoever reads stops reading', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  const data = JSON.stringify(
    Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'x'])),
  )
  const object = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": ${data}}`
  writeFileSync(join(folder, 'a.json'), object)
  writeFileSync(join(folder, 'empty.yaml'), '')
  const bin = join(import.meta.dirname, '../../src/cli/bin.ts')
  const line = `"${process.execPath}" "${bin}" diff empty.yaml a.json --format json | head -n 1`
  const env = { PATH: process.env.PATH, COUNTERSIGN_HOME: folder }
  const { stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  expect([stdout, stderr]).toEqual(['{\n', ''])
})
