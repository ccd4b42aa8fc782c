import type { HistoryEntry } from '../../core/simulate/find-merged.ts'
import { AppError } from '../../errors.ts'
import type { Repository, Tree } from '../../ports/repository.ts'
import { GitClient, GitExit } from './git-client.ts'
import { BlobReader } from './blob-reader.ts'
import { parseEntry } from './parse-entry.ts'

/** Files larger than this are not read: manifests are small. */
const defaultLimit = 10 * 1024 * 1024
/** Blobs and trees kept in memory for one repository. */
const mostCachedBytes = 64 * 1024 * 1024
const mostCachedTrees = 16
/** Ids of objects that are remembered. */
const mostObjects = 10_000

/**
 * Opens a repository (bare or with a working tree) for reading. `path` is PATH, where git is found.
 * Throws `not-a-repository` when there is none at or above the directory.
 */
export async function openRepository(directory: string, path: string): Promise<Repository> {
  const git = new GitClient({ directory: existing(directory), path })
  try {
    await git.run('rev-parse', '--git-dir')
  } catch (thrown) {
    const words = thrown instanceof Error ? thrown.message : ''
    if (!/not a git repository/i.test(words)) throw thrown
    throw new AppError('not-a-repository', `${directory} is not inside a git repository`, { cause: thrown })
  }
  return new GitRepository(git)
}

function existing(directory: string): string {
  return directory === '' ? '.' : directory
}

class GitRepository implements Repository {
  readonly #git: GitClient
  readonly #reader: BlobReader
  /** Full ids of commits and trees that were found: objects never change, and nothing removes them. */
  readonly #objects = new Map<string, string>()
  readonly #trees = new Map<string, Tree>()
  readonly #blobs = new Map<string, Buffer>()
  #cachedBytes = 0

  constructor(git: GitClient) {
    this.#git = git
    this.#reader = new BlobReader({ directory: git.options.directory, environment: git.environment })
  }

  async resolve(revision: string): Promise<string> {
    return this.#object(revision, 'commit')
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    const [left, right] = [await this.resolve(a), await this.resolve(b)]
    const bases = (await this.#git.ask('merge-base', '--all', left, right)) ?? ''
    return bases.split('\n').find((line) => line !== '')
  }

  async tree(treeish: string): Promise<Tree> {
    const id = await this.#object(treeish, 'tree')
    const known = this.#trees.get(id)
    if (known !== undefined) {
      // Those used longest ago go first.
      this.#trees.delete(id)
      this.#trees.set(id, known)
      return known
    }
    const listing = await this.#git.run('ls-tree', '-r', '-z', '--full-tree', id)
    const tree = new Map(
      listing
        .split('\0')
        .filter((line) => line !== '')
        .map((line) => {
          const entry = parseEntry(line)
          return [entry.path, entry]
        }),
    )
    if (this.#trees.size >= mostCachedTrees) this.#trees.delete(this.#trees.keys().next().value ?? '')
    this.#trees.set(id, tree)
    return tree
  }

  async blobs(ids: readonly string[], limit = defaultLimit): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>()
    for (const id of new Set(ids)) {
      const known = this.#blobs.get(id)
      if (known !== undefined && known.length <= limit) found.set(id, known)
    }
    const missing = [...new Set(ids)].filter((id) => !found.has(id))
    if (missing.some((id) => !isObjectId(id)))
      throw new AppError('git-failed', 'a blob id has 40 or 64 hex digits')
    if (missing.length === 0) return found
    const read = await this.#reader.read(missing, limit)
    for (const [id, content] of read) {
      found.set(id, content)
      this.#remember(id, content)
    }
    return found
  }

  async file(treeish: string, path: string): Promise<string | undefined> {
    const entry = (await this.tree(treeish)).get(path)
    if (entry === undefined || entry.mode === '160000' || entry.mode === '120000') return undefined
    return (await this.blobs([entry.blob])).get(entry.blob)?.toString('utf8')
  }

  async changedFiles(a: string, b: string): Promise<readonly string[]> {
    const [left, right] = [await this.#object(a, 'tree'), await this.#object(b, 'tree')]
    const names = await this.#git.run('diff-tree', '-r', '-z', '--name-only', '--no-renames', left, right)
    return names.split('\0').filter((name) => name !== '')
  }

  async commitsBetween(
    base: string,
    head: string,
  ): Promise<readonly { readonly sha: string; readonly parents: readonly string[] }[]> {
    const [from, to] = [await this.resolve(base), await this.resolve(head)]
    const lines = await this.#git.run('rev-list', '--parents', '--topo-order', '--reverse', to, `^${from}`)
    return lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [sha = '', ...parents] = line.split(' ')
        return { sha, parents }
      })
  }

  async history(tip: string, since: string): Promise<readonly HistoryEntry[]> {
    const from = await this.resolve(tip)
    const format = '--format=%H%x1f%P%x1f%cI%x1f%s'
    const lines = await this.#git.run('log', '--first-parent', '-z', format, `--since=${since}`, from)
    return lines
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [sha = '', parents = '', at = '', ...subject] = line.split('\x1f')
        return {
          sha,
          parents: parents.split(' ').filter((each) => each !== ''),
          at: new Date(at).toISOString(),
          subject: subject.join('\x1f'),
        }
      })
      .filter((entry) => Date.parse(entry.at) >= Date.parse(since))
  }

  async mergeTree(base: string, head: string): Promise<string | undefined> {
    return this.#merge(await this.resolve(base), await this.resolve(head))
  }

  async revertTree(
    tip: string,
    { before, after }: { readonly before: string; readonly after: string },
  ): Promise<string | undefined> {
    // A merge of tip and `before` whose common ancestor is `after`. git takes ancestors from history, so one is made of their trees.
    const [from, ours, theirs] = await Promise.all([after, tip, before].map((each) => this.treeId(each)))
    const ancestor = await this.#commit(from ?? '')
    return this.#merge(await this.#commit(ours ?? '', ancestor), await this.#commit(theirs ?? '', ancestor))
  }

  treeId(revision: string): Promise<string> {
    return this.#object(revision, 'tree')
  }

  /** A commit that nothing refers to; the same tree and parent give the same one. */
  async #commit(tree: string, parent?: string): Promise<string> {
    const parents = parent === undefined ? [] : ['-p', parent]
    return (await this.#git.run('commit-tree', tree, ...parents, '-m', 'countersign')).trim()
  }

  async #merge(ours: string, theirs: string): Promise<string | undefined> {
    try {
      return (await this.#git.run('merge-tree', '--write-tree', '--no-messages', ours, theirs)).trim()
    } catch (thrown) {
      const exit = thrown instanceof AppError ? thrown.cause : undefined
      // 1 and a tree with conflict markers in it: not a clean merge.
      if (exit instanceof GitExit && exit.code === 1 && /^[0-9a-f]{40,64}\n/.test(exit.output))
        return undefined
      throw thrown
    }
  }

  /** Full id of a revision, as a commit or tree. Whatever it contains is never read as an option or a range. */
  async #object(revision: string, type: 'commit' | 'tree'): Promise<string> {
    const unknown = new AppError('unknown-commit', `there is no commit ${revision} in this repository`)
    if (revision === '' || /[\0\n]/.test(revision)) throw unknown
    if (revision.startsWith('-') || revision.includes('..')) throw unknown
    const key = `${type} ${revision}`
    const known = this.#objects.get(key)
    if (known !== undefined) return known
    const id =
      (await this.#git
        .ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{${type}}`)
        .catch((thrown: unknown) => {
          // An ambiguous or malformed name: git says so in words.
          const exit = thrown instanceof AppError ? thrown.cause : undefined
          if (exit instanceof GitExit && exit.code === 128) return undefined
          throw thrown
        })) ?? ''
    const line = id.trim().split('\n').at(-1) ?? ''
    if (!isObjectId(line)) throw unknown
    if (isObjectId(revision)) {
      if (this.#objects.size >= mostObjects) this.#objects.clear()
      this.#objects.set(key, line)
    }
    return line
  }

  #remember(id: string, content: Buffer): void {
    if (content.length > mostCachedBytes / 8) return
    this.#blobs.set(id, content)
    this.#cachedBytes += content.length
    for (const [oldest, bytes] of this.#blobs) {
      if (this.#cachedBytes <= mostCachedBytes) return
      this.#blobs.delete(oldest)
      this.#cachedBytes -= bytes.length
    }
  }
}

function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}
