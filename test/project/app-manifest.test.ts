import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const text = readFileSync('app.yml', 'utf8')
const lines = text.split('\n')

describe('app.yml', () => {
  it('gives a reason above each permission and event, naming a module that is there', () => {
    const entries = lines.flatMap((line, index) => (/^ {2}(- )?[a-z_]+(: \w+)?$/.test(line) ? [index] : []))
    expect(entries.length).toBeGreaterThan(15)
    for (const index of entries) {
      let above = index - 1
      while (!lines[above]?.trim().startsWith('#') && lines[above]?.startsWith('  ')) above--
      const reason = lines[above] ?? ''
      expect(reason, `line ${index + 1} has no reason`).toMatch(/^ {2}# /)
      const module = /# ([\w./-]+):/.exec(reason)?.[1] ?? /# ([\w./-]+)/.exec(reason)?.[1] ?? ''
      const found = [`src/${module}`, `src/${module}.ts`].some((path) => existsSync(path))
      expect(found, `${module} (line ${above + 1}) is not in src`).toBe(true)
    }
  })

  it('asks for the permissions that what it does needs, and no more than write on any', () => {
    const manifest = parse(text) as { default_permissions: Record<string, string> }
    expect(manifest.default_permissions).toEqual({
      administration: 'read',
      checks: 'write',
      contents: 'write',
      deployments: 'write',
      issues: 'write',
      members: 'read',
      merge_queues: 'read',
      metadata: 'read',
      pull_requests: 'write',
      statuses: 'read',
    })
  })
})
