import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diskRenderCache } from '../../../src/adapters/renderers/disk-render-cache.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function entries(): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

describe('diskRenderCache', () => {
  it('gives back what was stored, and nothing for another key', async () => {
    const cache = diskRenderCache(folder)
    await cache.set('a', 'kind: A\n')
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['kind: A\n', undefined])
  })

  it('takes a damaged entry for none, and removes it', async () => {
    const cache = diskRenderCache(folder)
    await cache.set('a', 'kind: A\n')
    for (const file of entries()) writeFileSync(file, 'half')
    expect(await cache.get('a')).toBeUndefined()
    expect(entries()).toEqual([])
  })

  it('keeps within its bound', async () => {
    const first = diskRenderCache(folder, 2_000)
    for (let index = 0; index < 10; index++) await first.set(`k${index}`, 'x'.repeat(500))
    await diskRenderCache(folder, 2_000).set('last', 'x'.repeat(500))
    expect(entries().length).toBeLessThanOrEqual(3)
  })

  it('costs time and nothing else where it cannot write', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const cache = diskRenderCache(file)
    await cache.set('a', 'x')
    expect(await cache.get('a')).toBeUndefined()
  })
})
