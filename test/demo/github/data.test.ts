import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cutGraphql, cutOpenApi, cutWebhooks } from '../../../scripts/cut-github-description.ts'

const data = (name: string): Buffer =>
  readFileSync(new URL(`../../../demo/github/data/${name}`, import.meta.url))

describe('local GitHub: its copies of what GitHub publishes', () => {
  it.each([
    ['openapi.json', () => data('openapi.json').toString(), cutOpenApi],
    ['webhooks.json', () => data('webhooks.json').toString(), cutWebhooks],
    ['schema.graphql.gz', () => gunzipSync(data('schema.graphql.gz')).toString(), cutGraphql],
  ])('%s is what `npm run generate:github` makes', (_, kept, made) => {
    expect(kept() === made()).toBe(true)
  })
})
