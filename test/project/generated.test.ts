import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generated } from '../../scripts/generate.ts'
import { projectRoot } from '../support/preset.ts'

describe('generated files', () => {
  it.each(Object.entries(generated))('%s is current; `npm run generate` writes it anew', (path, make) => {
    expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(make())
  })
})
