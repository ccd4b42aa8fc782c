import { afterAll, describe, expect, it } from 'vitest'
import { openRepository } from '../../src/adapters/git/open-repository.ts'
import type { CommitFacts, MergeAsked } from '../../src/core/facts.ts'
import { carryMergeAsked } from '../../src/pipeline/carry-merge-asked.ts'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'

const temporary = new TemporaryRepository()
afterAll(() => temporary.remove())
const git = (...args: string[]): string => temporary.git(...args).trim()
const root = temporary.commit({ 'app.txt': 'one\n', 'other.txt': 'x\n' })
git('checkout', '--quiet', '-b', 'topic', root)
const asked = temporary.commit({ 'app.txt': 'two\n' })
git('checkout', '--quiet', '-b', 'foreign', root)
const foreign = temporary.commit({ 'foreign.txt': 'f\n' })
git('checkout', '--quiet', 'main')
const moved = temporary.commit({ 'other.txt': 'y\n' })
const movedAgain = temporary.commit({ 'other.txt': 'z\n' })

const commitTree = (tree: string, ...parents: string[]): string =>
  git('commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'Merge')
const merging = (ours: string, theirs: string): string =>
  commitTree(git('merge-tree', '--write-tree', ours, theirs), ours, theirs)
const updated = merging(asked, moved)

describe('carryMergeAsked', () => {
  const cases: [string, string, Partial<MergeAsked>, string, boolean][] = [
    ['an update from the base branch', updated, { carried: true }, 'web-flow', true],
    ['two updates', merging(updated, movedAgain), { carried: true }, 'web-flow', true],
    ['an update of what was not in force', updated, {}, 'web-flow', false],
    ['an update that a person committed', updated, { carried: true }, 'mallory', false],
    ['a merge of another branch', merging(asked, foreign), { carried: true }, 'web-flow', false],
    [
      'a merge with something slipped in',
      commitTree(`${foreign}^{tree}`, asked, moved),
      { carried: true },
      'web-flow',
      false,
    ],
    ['a push', commitTree(`${foreign}^{tree}`, asked), { carried: true }, 'web-flow', false],
    [
      'a push before the update',
      merging(commitTree(`${foreign}^{tree}`, asked), moved),
      { carried: true },
      'web-flow',
      false,
    ],
    [
      'parents the other way round',
      commitTree(`${updated}^{tree}`, moved, asked),
      { carried: true },
      'web-flow',
      false,
    ],
    ['another head altogether', foreign, { carried: true }, 'web-flow', false],
  ]
  it.each(cases)('%s', async (_name, head, mark, committer, isCarried) => {
    const repository = await openRepository(temporary.directory, process.env.PATH ?? '')
    const shas = await repository.commitsBetween(movedAgain, head)
    const was: MergeAsked = { by: 'lee', at: '2026-03-02T12:00:00Z', head: asked, ...mark }
    const pull = {
      base: { ref: 'main', sha: movedAgain },
      head: { ref: 'topic', sha: head },
      commits: shas.map(({ sha }) => described(sha, committer)),
    }
    expect(await carryMergeAsked(repository, pull, was)).toEqual(isCarried ? { ...was, head } : was)
  })
})

function described(sha: string, committer: string): CommitFacts {
  const author = { login: 'mallory', type: 'User' as const }
  return { sha, parents: [], author, committer: { login: committer, type: 'User' }, coAuthors: [] }
}
