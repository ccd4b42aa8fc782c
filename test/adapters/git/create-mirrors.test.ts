import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMirrors } from '../../../src/adapters/git/create-mirrors.ts'
import { gitEnvironment } from '../../../src/adapters/git/git-environment.ts'
import { fetchedHead } from '../../../src/ports/repository.ts'
import { TemporaryRepository } from './temporary-repository.ts'

const path = process.env.PATH ?? ''
let remote: TemporaryRepository
let home: string
beforeEach(() => {
  remote = new TemporaryRepository()
  home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
})
afterEach(() => {
  remote.remove()
  rmSync(home, { recursive: true, force: true })
})

function request(...refs: string[]): { url: string; repository: string; refs: string[]; token: string } {
  return { url: `file://${remote.directory}`, repository: 'acme/shop', refs, token: 'secret-token' }
}

const mirrorsAt = (folder: string): ReturnType<typeof createMirrors> =>
  createMirrors(folder, { path, protocols: 'https:http:file' })

describe('createMirrors', () => {
  it('fetches refs, and again when they moved', async () => {
    const mirrors = mirrorsAt(home)
    const first = remote.commit({ a: '1' })
    const repository = await mirrors.fetch(request('refs/heads/main'))
    expect(await repository.resolve('refs/heads/main')).toBe(first)
    const second = remote.commit({ a: '2' })
    await mirrors.fetch(request('refs/heads/main'))
    expect(await repository.resolve('refs/heads/main')).toBe(second)
  })

  it('fetches the default branch, whatever it is called', async () => {
    const mirrors = mirrorsAt(home)
    remote.git('checkout', '--quiet', '-b', 'trunk')
    const tip = remote.commit({ a: '1' })
    const repository = await mirrors.fetch(request('HEAD'))
    expect(await repository.resolve(fetchedHead)).toBe(tip)
    const next = remote.commit({ a: '2' })
    await mirrors.fetch(request('HEAD'))
    expect(await repository.resolve(fetchedHead)).toBe(next)
  })

  it('keeps and finds commits that a force-push took away', async () => {
    const mirrors = mirrorsAt(home)
    remote.commit({ a: '1' })
    const lost = remote.commit({ a: '2' })
    remote.git('reset', '--quiet', '--hard', 'HEAD~1')
    remote.commit({ a: '3' })
    remote.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
    const repository = await mirrors.fetch(request('refs/heads/main', lost))
    expect(await repository.file(lost, 'a')).toBe('2')
  })

  it('does many fetches of one mirror at the same time', async () => {
    const mirrors = mirrorsAt(home)
    const tip = remote.commit({ a: '1' })
    const all = await Promise.all(Array.from({ length: 6 }, () => mirrors.fetch(request('refs/heads/main'))))
    expect(new Set(await Promise.all(all.map((each) => each.resolve('refs/heads/main'))))).toEqual(
      new Set([tip]),
    )
  })

  it('goes on after a failed fetch', async () => {
    const mirrors = mirrorsAt(home)
    const tip = remote.commit({ a: '1' })
    await expect(mirrors.fetch(request('refs/heads/none'))).rejects.toMatchObject({ code: 'git-failed' })
    expect(await (await mirrors.fetch(request('refs/heads/main'))).resolve('refs/heads/main')).toBe(tip)
  })

  it('removes lock files of a process that died', async () => {
    remote.commit({ a: '1' })
    await mirrorsAt(home).fetch(request('refs/heads/main'))
    const [mirror = ''] = readdirSync(join(home, 'mirrors'))
    const lock = join(home, 'mirrors', mirror, 'refs', 'heads', 'main.lock')
    mkdirSync(join(lock, '..'), { recursive: true })
    writeFileSync(lock, '')
    utimesSync(lock, new Date(0), new Date(0))
    const tip = remote.commit({ a: '2' })
    expect(await (await mirrorsAt(home).fetch(request('refs/heads/main'))).resolve('refs/heads/main')).toBe(
      tip,
    )
  })

  it('follows a branch that became a directory of branches', async () => {
    const mirrors = mirrorsAt(home)
    remote.commit({ a: '1' })
    remote.git('branch', 'team')
    await mirrors.fetch(request('refs/heads/team'))
    remote.git('branch', '-m', 'team', 'team/a')
    const repository = await mirrors.fetch(request('refs/heads/team/a'))
    expect(await repository.resolve('refs/heads/team/a')).toBe(remote.git('rev-parse', 'team/a'))
  })

  it.each([
    [{ url: '--upload-pack=touch /tmp/x' }, '--upload-pack=touch /tmp/x is no address of a git repository'],
    [{ url: 'ext::sh -c true' }, 'ext::sh -c true is no address of a git repository'],
    [{ refs: ['--exec=x'] }, '--exec=x is neither a full ref nor a commit id'],
    [{ refs: ['main'] }, 'main is neither a full ref nor a commit id'],
  ])('refuses %j', async (bad, message) => {
    await expect(mirrorsAt(home).fetch({ ...request('refs/heads/main'), ...bad })).rejects.toMatchObject({
      message,
    })
  })

  it('stores the token nowhere and never passes it as an argument', async () => {
    remote.commit({ a: '1' })
    await mirrorsAt(home).fetch(request('refs/heads/main'))
    const encoded = Buffer.from('x-access-token:secret-token').toString('base64')
    const found = execFileSync('sh', ['-c', `grep -rlE 'secret-token|${encoded}' "${home}" || true`], {
      encoding: 'utf8',
    })
    expect(found).toBe('')
    expect(Object.values(gitEnvironment(path, 'https:http', 'secret-token'))).toContain(
      `Authorization: Basic ${encoded}`,
    )
  })
})
