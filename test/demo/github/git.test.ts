import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openChange, shop, startGround, type Ground } from './ground.ts'

describe('local GitHub: git over HTTP', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startGround()
    await ground.git('clone', '--quiet', ground.cloneUrl('bob', ground.tokens.bob ?? ''), 'bob')
  })
  afterAll(async () => {
    await ground.close()
  })
  afterEach(() => {
    expect(ground.github.violations.splice(0)).toEqual([])
  })

  it('clones, and a push is seen as push, synchronize and new head at once', async () => {
    const { number } = await openChange(ground)
    await ground.git('-C', 'bob', 'fetch', '--quiet')
    await ground.git('-C', 'bob', 'checkout', '--quiet', 'change')
    await writeFile(join(ground.directory, 'bob/deploy/app.yaml'), 'image: shop:1.2\nreplicas: 2\n')
    await ground.git(
      '-C',
      'bob',
      'commit',
      '--quiet',
      '-am',
      'Take shop 1.2\n\nCo-authored-by: Carol <carol@example.com>',
    )
    ground.receiver.received.length = 0
    await ground.git('-C', 'bob', 'push', '--quiet')
    const head = (await ground.git('-C', 'bob', 'rev-parse', 'HEAD')).trim()
    const { data: pull } = await ground.as('bob').pulls.get({ ...shop, pull_number: number })
    await ground.github.webhooks.idle()
    expect([pull.head.sha, pull.commits, pull.mergeable]).toEqual([head, 2, true])
    expect(ground.receiver.names()).toEqual(['push', 'check_suite.requested', 'pull_request.synchronize'])
    const listed = await ground.git('-C', 'bob', 'ls-remote', 'origin', `refs/pull/${number}/*`)
    expect(
      listed
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ).toEqual([`refs/pull/${number}/head`, `refs/pull/${number}/merge`])
    expect(listed).toContain(head)
  })

  it('lets an installation token fetch any commit by its id, and push', async () => {
    const token = ground.github.installationToken(ground.installation)
    const url = ground.cloneUrl('x-access-token', token)
    const { head } = await openChange(ground, { branch: 'by-id', files: { 'by-id.txt': 'x' } })
    await ground.github.commit(
      'acme/shop',
      { 'by-id.txt': 'y' },
      { by: 'bob', branch: 'by-id', message: 'More' },
    )
    await ground.git('init', '--quiet', 'mirror')
    await ground.git('-C', 'mirror', 'fetch', '--quiet', '--depth=1', url, head)
    expect(await ground.git('-C', 'mirror', 'show', `${head}:by-id.txt`)).toBe('x')
    await ground.git('-C', 'mirror', 'fetch', '--quiet', url, 'main')
    await ground.git('-C', 'mirror', 'push', '--quiet', url, 'FETCH_HEAD:refs/heads/promote')
    expect((await ground.as('bob').repos.getBranch({ ...shop, branch: 'promote' })).data.name).toBe('promote')
  })

  it.each([
    ['a stranger', 'mallory', 'Repository not found'],
    ['a wrong token', 'nobody', 'Authentication failed'],
  ])('shows nothing to %s', async (_, login, words) => {
    const url = ground.cloneUrl(login, ground.tokens[login] ?? 'ghp_wrong')
    await expect(ground.git('clone', '--quiet', url, login)).rejects.toThrow(new RegExp(`${words}|not found`))
  })

  it('lets a reader clone and not push', async () => {
    const url = ground.cloneUrl('dave', ground.tokens.dave ?? '')
    await ground.git('clone', '--quiet', url, 'dave')
    expect(await readFile(join(ground.directory, 'dave/README.md'), 'utf8')).toBe('# shop\n')
    await expect(
      ground.git('-C', 'dave', 'push', '--quiet', 'origin', 'HEAD:refs/heads/dave'),
    ).rejects.toThrow(/403/)
  })

  it('refuses pushes to refs of pull requests, and to a protected branch with the reason', async () => {
    await expect(ground.git('-C', 'bob', 'push', 'origin', 'HEAD:refs/pull/1/head')).rejects.toThrow(
      /hidden ref/,
    )
    ground.github.protect('acme/shop', 'main', {
      reviews: { count: 1, dismissStale: false, codeOwners: false, lastPush: false },
    })
    await expect(ground.git('-C', 'bob', 'push', 'origin', 'HEAD:main')).rejects.toThrow(
      /GH006: Protected branch update failed for refs\/heads\/main[^]*Changes must be made through a pull request/,
    )
    ground.github.protect('acme/shop', 'main', {})
    const main = (await ground.git('-C', 'bob', 'rev-parse', 'origin/main')).trim()
    await ground.git('-C', 'bob', 'push', '--quiet', 'origin', 'HEAD:main')
    await expect(ground.git('-C', 'bob', 'push', '--force', 'origin', `${main}:main`)).rejects.toThrow(
      /Cannot force-push to this branch/,
    )
    ground.github.protect('acme/shop', 'main', null)
  })

  it('closes a pull request as merged when its commits are pushed to the base, and when its branch goes', async () => {
    const merged = ground.github.pull('acme/shop', 1)
    expect([merged.state, merged.mergedBy?.login]).toEqual(['closed', 'bob'])
    await ground.git('-C', 'bob', 'push', '--quiet', 'origin', '--delete', 'by-id')
    const gone = ground.github.pull('acme/shop', 2)
    expect([gone.state, gone.mergedAt]).toEqual(['closed', null])
  })

  it('merges, squashes and rebases as git does, committed by GitHub', async () => {
    const bob = ground.as('bob')
    const results: Record<string, unknown> = {}
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      const { number } = await openChange(ground, { branch: method, files: { [`${method}.txt`]: '1' } })
      await ground.github.commit(
        'acme/shop',
        { [`${method}.txt`]: '2' },
        { by: 'carol', branch: method, message: 'Second' },
      )
      const { data } = await ground
        .as('carol')
        .pulls.merge({ ...shop, pull_number: number, merge_method: method })
      const { data: commit } = await bob.repos.getCommit({ ...shop, ref: data.sha })
      results[method] = [
        commit.commit.message,
        commit.parents.length,
        commit.author?.login,
        commit.committer?.login,
      ]
    }
    expect(results).toEqual({
      merge: [
        expect.stringMatching(/^Merge pull request #\d+ from acme\/merge\n\nTake shop 1.1$/),
        2,
        'carol',
        'web-flow',
      ],
      squash: [
        expect.stringMatching(
          /^Take shop 1.1 \(#\d+\)\n\n\* Take shop 1.1\n\n\* Second\n\nCo-authored-by: carol Example <carol@example.com>$/,
        ),
        1,
        'bob',
        'web-flow',
      ],
      rebase: ['Second', 1, 'carol', 'web-flow'],
    })
  })

  it('takes pull requests from forks', async () => {
    ground.github.setCollaborator('acme/shop', 'mallory', 'read')
    const fork = await ground.github.fork('acme/shop', 'mallory')
    await ground.github.commit(
      fork.fullName,
      { 'fork.txt': 'x' },
      { by: 'mallory', branch: 'patch', message: 'From outside' },
    )
    const { data: pull } = await ground
      .as('mallory')
      .pulls.create({ ...shop, title: 'From outside', head: 'mallory:patch', base: 'main' })
    await ground.github.commit(
      fork.fullName,
      { 'fork.txt': 'y' },
      { by: 'mallory', branch: 'patch', message: 'More' },
    )
    const { data: after } = await ground.as('bob').pulls.get({ ...shop, pull_number: pull.number })
    expect([pull.head.repo?.full_name, pull.base.repo.full_name, after.commits]).toEqual([
      'mallory/shop',
      'acme/shop',
      2,
    ])
    expect(
      await ground.git(
        'ls-remote',
        ground.cloneUrl('bob', ground.tokens.bob ?? ''),
        `refs/pull/${pull.number}/head`,
      ),
    ).toContain(after.head.sha)
  })
})
