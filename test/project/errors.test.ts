import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../src/errors.ts'

describe('docs/errors.md', () => {
  it('lists exactly the codes of the catalogue, with their kind and whether they are tried again', () => {
    const rows = readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z-]+)` \| (\w+) \| (yes|no) \|/gm)
    const documented = Object.fromEntries(
      [...rows].map(([, code = '', kind, again]) => [code, { kind, retryable: again === 'yes' }]),
    )
    expect(documented).toEqual(catalogue)
  })
})
