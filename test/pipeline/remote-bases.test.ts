import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { createRemotes } from '../../src/adapters/git/create-remotes.ts'
import { composeLocal, type LocalParts } from '../../src/compose.ts'
import type { EnvironmentChange } from '../../src/core/targets/target.ts'
import { takeChange } from '../../src/pipeline/take-change.ts'
import type { Remotes } from '../../src/ports/remotes.ts'
import { readAllowedRemotes } from '../../src/settings.ts'
import { TemporaryRepository, type Edits } from '../adapters/git/temporary-repository.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
const path = process.env.PATH ?? ''
const repositories: TemporaryRepository[] = []
let github: LocalGitHub
let parts: LocalParts
let remote: TemporaryRepository
/** The commits of acme/base, oldest first, by name. */
const commits: Record<string, string> = {}

const map = (name: string, value = 'a'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: ${value}\n`
const plain = 'resources:\n- map.yaml\n'
const base = (directory: string, commit: string): string =>
  `http://${github.host}/acme/base.git//${directory}?ref=${commit}`

beforeAll(async () => {
  github = await startLocalGitHub()
  github.createOrganization('acme')
  remote = newRepository()
  commits.first = remote.commit({
    'web/kustomization.yaml': 'resources:\n- map.yaml\n- ../shared\n',
    'web/map.yaml': map('web'),
    'shared/kustomization.yaml': plain,
    'shared/map.yaml': map('shared'),
    'part/kustomization.yaml': 'kind: Component\nnameSuffix: -part\n',
    'out/kustomization.yaml': 'resources: [../../../../own]\n',
    'linked/kustomization.yaml': 'resources: [link.yaml]\n',
    'linked/link.yaml': { link: '../../../../../own/map.yaml' },
    'host/kustomization.yaml': 'resources: [link.yaml]\n',
    'host/link.yaml': { link: '/etc/passwd' },
    'web/inside.yaml': { link: '../shared/map.yaml' },
    'evil/kustomization.yaml': 'resources: ["https://evil.dev/acme/base//x?ref=v1"]\n',
    'file.yaml': map('file'),
    'executes/kustomization.yaml': 'transformers: [f.yaml]\n',
    'executes/f.yaml':
      'apiVersion: x/v1\nkind: F\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./steal.sh}\n',
  })
  commits.second = remote.commit({ 'shared/map.yaml': map('shared', 'b') })
  // A base that takes a base of its own repository at an earlier commit, and one that takes itself.
  commits.nested = remote.commit({
    'nested/kustomization.yaml': `resources: ["http://${github.host}/acme/base.git//shared?ref=${commits.first}"]\n`,
  })
  commits.large = remote.commit({ 'web/noise.bin': randomBytes(3 * 1024 * 1024).toString('base64') })
  await github.createRepository('acme/base', { from: remote.directory })
  parts = await composeLocal({ home, path, color: false })
})
afterAll(async () => {
  await github.close()
  for (const repository of repositories) repository.remove()
  rmSync(home, { recursive: true, force: true })
})

function newRepository(): TemporaryRepository {
  const repository = new TemporaryRepository()
  repositories.push(repository)
  return repository
}

let folders = 0
function remotesFor(allowed: string, limits = {}): Remotes {
  return createRemotes(join(home, `remotes-${folders++}`), {
    path,
    allowed: readAllowedRemotes([allowed], 'test'),
    limits,
  })
}

/** What going from no kustomization in app/ to this one does, with a directory `own` beside it. */
async function take(
  kustomization: string | Edits,
  remotes: Remotes = remotesFor(`http://${github.host}/acme`),
  before: Edits = {},
): Promise<EnvironmentChange> {
  const repository = newRepository()
  repository.commit({
    'own/kustomization.yaml': plain,
    'own/map.yaml': map('own'),
    'README.md': 'x',
    ...before,
  })
  repository.commit(
    typeof kustomization === 'string' ? { 'app/kustomization.yaml': kustomization } : kustomization,
  )
  return judge(repository, remotes)
}

async function judge(repository: TemporaryRepository, remotes: Remotes): Promise<EnvironmentChange> {
  const [environment] = await takeChange(
    { ...parts, remotes, repository: await parts.openRepository(repository.directory), fingerprintKey: 'x' },
    { base: 'HEAD~1', head: 'HEAD', environments: [{ name: 'production', targets: ['app'] }] },
  )
  if (environment === undefined) throw new Error('no environment')
  return environment
}

const failures = ({ failures: all }: EnvironmentChange): readonly string[] =>
  all.map(({ code, file, line, message }) => `${code} ${file ?? ''}:${line ?? ''} ${message}`)
const names = ({ targets }: EnvironmentChange): readonly string[] =>
  targets.flatMap(({ head }) => head.map(({ name }) => name)).sort()

describe('remote bases', () => {
  it('are rendered from an allowed host at a commit, with what they name in their repository', async () => {
    const found = await take(
      `resources:\n- ../own\n- ${base('web', commits.first ?? '')}\ncomponents:\n- ${base('part', commits.first ?? '')}\n`,
    )
    expect(failures(found)).toEqual([])
    expect(names(found)).toEqual(['own-part', 'shared-part', 'web-part'])
    // Findings in what lies elsewhere are shown where this repository names it.
    const sources = found.targets.flatMap(({ head }) => head.map(({ name, source }) => [name, source?.file]))
    expect(Object.fromEntries(sources)).toEqual({
      'own-part': 'own/map.yaml',
      'shared-part': 'app/kustomization.yaml',
      'web-part': 'app/kustomization.yaml',
    })
  })

  it('show what another commit of the base changes, and only that', async () => {
    const found = await take(`resources: ["${base('web', commits.second ?? '')}"]\n`, undefined, {
      'app/kustomization.yaml': `resources: ["${base('web', commits.first ?? '')}"]\n`,
    })
    expect(failures(found)).toEqual([])
    expect(
      found.change.resources.map(({ name, changes }) => [name, changes.map((each) => each.path)]),
    ).toEqual([['shared', ['/data/key']]])
  })

  it('take bases of their own, by the same rules', async () => {
    expect(names(await take(`resources: ["${base('nested', commits.nested ?? '')}"]\n`))).toEqual(['shared'])
    expect(failures(await take(`resources: ["${base('evil', commits.first ?? '')}"]\n`))[0]).toMatch(
      /^remote-refused \.countersign-remotes\/.*\/evil\/kustomization\.yaml:1 https:\/\/evil\.dev\/acme\/base\/\/x\?ref=v1 would be fetched from evil\.dev; that is not allowed here/,
    )
  })

  it.each<readonly [string, () => string, RegExp]>([
    [
      'a host that is not allowed',
      () => `https://github.com/acme/base//web?ref=${commits.first ?? ''}`,
      /^remote-refused app\/kustomization\.yaml:2 .* would be fetched from github\.com; that is not allowed here: copy it into the repository, or ask the operator to allow it \(ALLOWED_REMOTES\)$/,
    ],
    [
      'another owner on the host',
      () => `http://${github.host}/evil/base.git//web?ref=${commits.first ?? ''}`,
      /^remote-refused app\/kustomization\.yaml:2 .*that is not allowed here/,
    ],
    [
      'no commit',
      () => `http://${github.host}/acme/base.git//web?ref=main`,
      /^remote-refused app\/kustomization\.yaml:2 .*a branch or a tag can be moved: write ref=COMMIT with the full id that git ls-remote http:\S+\/acme\/base\.git main shows$/,
    ],
    [
      'a commit that is not there',
      () => base('web', 'f'.repeat(40)),
      /^remote-unavailable app\/kustomization\.yaml:2 .*it could not be fetched: /,
    ],
    [
      'a directory that is not there',
      () => base('gone', commits.first ?? ''),
      /^render-failed app\/kustomization\.yaml:2 .*is no directory of that repository at that commit$/,
    ],
    [
      'a file',
      () => base('file.yaml', commits.first ?? ''),
      /^render-failed app\/kustomization\.yaml:2 .*is no directory/,
    ],
    [
      'a base outside its repository',
      () => base('out', commits.first ?? ''),
      /^input-refused \.countersign-remotes\S+\/out\/kustomization\.yaml:1 \.\.\/\.\.\/\.\.\/\.\.\/own leads out of the repository/,
    ],
    [
      'a symlink out of its repository',
      () => base('linked', commits.first ?? ''),
      /^input-refused .*link\.yaml leads out of the repository/,
    ],
    [
      'a symlink to a file of this machine',
      () => base('host', commits.first ?? ''),
      /^input-refused .*link\.yaml leads out of the repository/,
    ],
    ['a function', () => base('executes', commits.first ?? ''), /^input-refused .*asks to run a function/],
  ])('are refused: %s', async (_, reference, words) => {
    const found = failures(await take(`resources:\n- ${reference()}\n`))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(words)
  })

  it('show no credentials that somebody wrote into an address', async () => {
    const [found = ''] = failures(
      await take(
        `resources: ["http://me:hunter2hunter2@${github.host}/acme/base//web?ref=${commits.first ?? ''}"]\n`,
      ),
    )
    expect(found).toMatch(/^remote-refused .*it contains credentials; remote bases are fetched without any$/)
    expect(found).not.toContain('hunter2')
  })

  it('are refused beyond the limit of size, and with more files than are listed', async () => {
    const allowed = `http://${github.host}`
    const kustomization = `resources: ["${base('web', commits.large ?? '')}"]\n`
    expect(failures(await take(kustomization, remotesFor(allowed, { bytes: 1024 * 1024 })))[0]).toMatch(
      /^input-refused app\/kustomization\.yaml:1 .*: it is larger than 1 MB, the most that is fetched$/,
    )
    expect(failures(await take(kustomization, remotesFor(allowed, { listing: 100 })))[0]).toMatch(
      /^input-refused .*: it has more files than are read$/,
    )
  })

  it('are refused where a few trees unfold into thousands of millions of files', async () => {
    const bomb = newRepository()
    bomb.commit({ 'web/kustomization.yaml': plain })
    const input = (text: string, ...args: string[]): string =>
      execFileSync('git', args, { cwd: bomb.directory, input: text, encoding: 'utf8' }).trim()
    let tree = `100644 blob ${input('x', 'hash-object', '-w', '--stdin')}`
    for (let level = 0; level < 10; level++) {
      const lines = [...'abcdefghij'].map((name) => `${tree}\t${name}\n`).join('')
      tree = `040000 tree ${input(lines, 'mktree')}`
    }
    const commit = bomb.git('commit-tree', tree.split(' ')[2] ?? '', '-m', 'bomb')
    bomb.git('update-ref', 'refs/heads/main', commit)
    await github.createRepository('acme/bomb', { from: bomb.directory })
    const started = Date.now()
    const reference = `http://${github.host}/acme/bomb.git//a?ref=${commit}`
    const found = failures(await take(`resources: ["${reference}"]\n`))
    expect(found[0]).toMatch(/^input-refused .*: it has more files than are read$/)
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  it('are an error where the host does not answer in time', async () => {
    const server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const found = await take(
      `resources: ["http://${host}/acme/base.git//web?ref=${commits.first ?? ''}"]\n`,
      remotesFor(`http://${host}`, { time: 500 }),
    )
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(failures(found)[0]).toMatch(/^remote-unavailable .*: fetching it took longer than 0\.5 seconds$/)
  })

  it('are an error while the host is away, found when it is back, and kept without it', async () => {
    const own = await startLocalGitHub()
    own.createOrganization('acme')
    await own.createRepository('acme/base', { from: remote.directory })
    const repository = newRepository()
    repository.commit({ 'README.md': 'x' })
    const reference = `http://${own.host}/acme/base.git//web?ref=${commits.first ?? ''}`
    repository.commit({ 'app/kustomization.yaml': `resources:\n- ${reference}\n` })
    const remotes = remotesFor(`http://${own.host}`)
    own.faults.add({ kind: 'status', status: 503, times: 100 })
    const away = await judge(repository, remotes)
    expect(failures(away)[0]).toMatch(
      /^remote-unavailable app\/kustomization\.yaml:2 .*it could not be fetched: /,
    )
    expect(away.targets.map(({ affected }) => affected)).toEqual([true])
    own.faults.clear()
    expect(names(await judge(repository, remotes))).toEqual(['shared', 'web'])
    await own.close()
    expect(names(await judge(repository, remotes))).toEqual(['shared', 'web'])
  })

  it('follow no redirect, not even to an allowed host', async () => {
    const server = createServer((request, response) => {
      response.writeHead(302, { location: `http://${github.host}${request.url ?? ''}` }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const found = await take(
      `resources: ["http://${host}/acme/base.git//web?ref=${commits.first ?? ''}"]\n`,
      remotesFor(`http://${host}`),
    )
    await new Promise((resolve) => server.close(resolve))
    expect(failures(found)[0]).toMatch(/^remote-unavailable .*it could not be fetched: /)
  })

  it('cannot be put in the place of by the pull request', async () => {
    const reference = base('web', commits.first ?? '')
    const found = await take({
      'app/kustomization.yaml': `resources:\n- ${reference}\n`,
      '.countersign-remotes/x/kustomization.yaml': plain,
    })
    expect(failures(found)).toEqual([
      `input-refused app/kustomization.yaml:2 ${reference}: this repository has a directory .countersign-remotes of its own, where bases are put; rename it`,
    ])
  })

  it('are read where the kustomization is a symlink that others name too', async () => {
    const found = await take({
      'app/kustomization.yaml': `resources: [one, two/deeper]\n`,
      'app/one/kustomization.yaml': { link: '../shared.yaml' },
      'app/two/deeper/kustomization.yaml': { link: '../../other.yaml' },
      'app/shared.yaml': `namePrefix: one-\nresources: ["${base('shared', commits.first ?? '')}"]\n`,
      'app/other.yaml': `namePrefix: two-\nresources: ["${base('shared', commits.first ?? '')}"]\n`,
    })
    expect(failures(found)).toEqual([])
    expect(names(found)).toEqual(['one-shared', 'two-shared'])
  })
})
