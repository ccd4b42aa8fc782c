import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { runCli } from '../../src/cli/main.ts'
import { readServerSettings, readSettings } from '../../src/settings.ts'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'
import { testIo } from './test-io.ts'

const repository = new TemporaryRepository()
const base = new TemporaryRepository()
const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
let github: LocalGitHub

beforeAll(async () => {
  github = await startLocalGitHub()
  github.createOrganization('acme')
  const commit = base.commit({
    'web/kustomization.yaml': 'resources: [map.yaml]\n',
    'web/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-elsewhere}\n',
  })
  await github.createRepository('acme/base', { from: base.directory })
  repository.commit({
    '.github/countersign.yml': 'version: 1\nenvironments:\n  dev: { targets: [dev] }\n',
  })
  repository.git('checkout', '--quiet', '-b', 'work')
  repository.commit({
    'dev/kustomization.yaml': `resources: ["${github.url}/acme/base.git//web?ref=${commit}"]\n`,
  })
})
afterAll(async () => {
  await github.close()
  repository.remove()
  base.remove()
  rmSync(home, { recursive: true, force: true })
})

async function review(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(repository.directory, home)
  const code = await runCli(['review', ...args], io)
  return { code, ...io.written }
}

describe('countersign review --allow-remote', () => {
  it('renders bases from that host, and from no other', async () => {
    const refused = await review()
    expect(refused.code).toBe(1)
    expect(refused.out).toContain('that is not allowed here')
    const other = await review('--allow-remote', 'github.com', '--allow-remote', `${github.url}/somebody`)
    expect(other.out).toContain('that is not allowed here')
    const allowed = await review('--allow-remote', 'github.com', '--allow-remote', `${github.url}/acme`)
    expect(allowed.out).toContain('+ ConfigMap from-elsewhere')
    expect(allowed.code).toBe(0)
  })

  it('refuses what is no host', async () => {
    const { code, err } = await review('--allow-remote', 'https://me@github.com')
    expect([code, err]).toEqual([
      2,
      '--allow-remote has "https://me@github.com"; write a host or a part of one: github.com, github.com/acme\n',
    ])
  })
})

describe('ALLOWED_REMOTES', () => {
  it('lists hosts and parts of hosts', () => {
    const { allowedRemotes } = readSettings({ ALLOWED_REMOTES: 'github.com/acme, git.acme.dev:8443,' })
    expect(allowedRemotes).toEqual([
      { scheme: 'https', host: 'github.com', path: 'acme' },
      { scheme: 'https', host: 'git.acme.dev:8443', path: '' },
    ])
    expect(readServerSettings({}).allowedRemotes).toEqual([])
    expect(() => readServerSettings({ ALLOWED_REMOTES: '*' })).toThrow(
      'ALLOWED_REMOTES has "*"; write a host or a part of one: github.com, github.com/acme',
    )
  })
})
