import { afterAll, describe, expect, it } from 'vitest'
import { openRepository } from '../../../src/adapters/git/open-repository.ts'
import { TemporaryRepository } from './temporary-repository.ts'

const temporary = new TemporaryRepository()
afterAll(() => temporary.remove())
const path = process.env.PATH ?? ''
const first = temporary.commit({
  'a.txt': 'one\n',
  'dir/b.txt': 'b\n',
  'ü ß.txt': 'u',
  link: { link: 'a.txt' },
})
const second = temporary.commit({ 'a.txt': 'two\n', 'dir/b.txt': null, 'dir/c.txt': 'b\n' })

describe('openRepository', () => {
  it('resolves revisions to commit ids', async () => {
    const repository = await openRepository(temporary.directory, path)
    expect([
      await repository.resolve('HEAD'),
      await repository.resolve('HEAD~1'),
      await repository.resolve('main'),
    ]).toEqual([second, first, second])
  })

  it.each(['nope', '--help', '-h', 'HEAD..main', '', 'a\nb', `${'0'.repeat(40)}`, 'HEAD:a.txt'])(
    'knows no commit %j',
    async (revision) => {
      const repository = await openRepository(temporary.directory, path)
      await expect(repository.resolve(revision)).rejects.toMatchObject({ code: 'unknown-commit' })
    },
  )

  it('reads trees with modes and unusual names', async () => {
    const repository = await openRepository(temporary.directory, path)
    const tree = await repository.tree(first)
    expect([...tree.values()].map(({ path: name, mode }) => `${mode} ${name}`).sort()).toEqual([
      '100644 a.txt',
      '100644 dir/b.txt',
      '100644 ü ß.txt',
      '120000 link',
    ])
    expect(await repository.tree(first)).toBe(tree)
  })

  it('reads blobs in a batch, binary and empty ones too', async () => {
    const contents = ['', 'x', '\0\n\0', 'y\n'.repeat(70_000)]
    const edits = Object.fromEntries(contents.map((content, index) => [`blobs/${index}`, content]))
    temporary.git('checkout', '--quiet', '-b', 'blobs', first)
    const commit = temporary.commit(edits)
    temporary.git('checkout', '--quiet', 'main')
    const repository = await openRepository(temporary.directory, path)
    const tree = await repository.tree(commit)
    const ids = contents.map((_, index) => tree.get(`blobs/${index}`)?.blob ?? '')
    const blobs = await repository.blobs(ids)
    expect(ids.map((id) => blobs.get(id)?.toString('utf8'))).toEqual(contents)
  })

  it('refuses a blob beyond the limit, and says how large it is', async () => {
    const repository = await openRepository(temporary.directory, path)
    const id = (await repository.tree(first)).get('a.txt')?.blob ?? ''
    await expect(repository.blobs([id], 3)).rejects.toMatchObject({
      code: 'input-refused',
      message: `a file has 4 bytes; at most 3 are read (blob ${id})`,
    })
  })

  it('does not take a missing object for an empty one', async () => {
    const repository = await openRepository(temporary.directory, path)
    await expect(repository.blobs(['1'.repeat(40)])).rejects.toMatchObject({ code: 'git-failed' })
  })

  it('gives the content of a file, and undefined for none', async () => {
    const repository = await openRepository(temporary.directory, path)
    expect([await repository.file(first, 'a.txt'), await repository.file(second, 'a.txt')]).toEqual([
      'one\n',
      'two\n',
    ])
    expect(await repository.file(first, 'none')).toBeUndefined()
    expect(await repository.file(first, 'link')).toBeUndefined()
  })

  it('names both sides of a rename', async () => {
    const repository = await openRepository(temporary.directory, path)
    expect(await repository.changedFiles(first, second)).toEqual(['a.txt', 'dir/b.txt', 'dir/c.txt'])
  })

  it('lists commits through all parents, oldest first', async () => {
    temporary.git('checkout', '--quiet', '-b', 'side', first)
    const side = temporary.commit({ 'side.txt': 's' })
    temporary.git('merge', '--quiet', '--no-edit', second)
    const merge = temporary.git('rev-parse', 'HEAD')
    temporary.git('checkout', '--quiet', 'main')
    const repository = await openRepository(temporary.directory, path)
    const commits = await repository.commitsBetween(first, merge)
    expect(commits.map(({ sha }) => sha).sort()).toEqual([side, second, merge].sort())
    expect(commits.at(-1)).toEqual({ sha: merge, parents: [side, second] })
    expect(await repository.mergeBase(side, second)).toBe(first)
  })

  it('has no merge base for unrelated histories', async () => {
    temporary.git('checkout', '--quiet', '--orphan', 'lonely')
    const lonely = temporary.commit({ 'lonely.txt': 'x' })
    temporary.git('checkout', '--quiet', 'main')
    const repository = await openRepository(temporary.directory, path)
    expect(await repository.mergeBase(lonely, first)).toBeUndefined()
  })

  it('merges trees as git would, and says undefined for a conflict', async () => {
    temporary.git('checkout', '--quiet', '-b', 'clean', first)
    const clean = temporary.commit({ 'new.txt': 'n' })
    temporary.git('checkout', '--quiet', '-b', 'conflict', first)
    const conflict = temporary.commit({ 'a.txt': 'three\n' })
    temporary.git('checkout', '--quiet', 'main')
    const repository = await openRepository(temporary.directory, path)
    const merged = await repository.mergeTree(second, clean)
    expect([...(await repository.tree(merged ?? '')).keys()].sort()).toEqual([
      'a.txt',
      'dir/c.txt',
      'link',
      'new.txt',
      'ü ß.txt',
    ])
    expect(await repository.mergeTree(second, conflict)).toBeUndefined()
  })

  it('says that a directory is no repository', async () => {
    await expect(openRepository('/', path)).rejects.toMatchObject({
      code: 'not-a-repository',
      message: '/ is not inside a git repository',
    })
  })
})
