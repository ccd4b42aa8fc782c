import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCommit, type CommitObject, type Signature } from './parse-commit.ts'
import { parseChanges, splitPatches, type FileChange } from './parse-changes.ts'
import { runGit } from './run-git.ts'
import { updateHook } from './update-hook.ts'

export interface TreeEntry {
  readonly mode: string
  readonly type: 'blob' | 'tree' | 'commit'
  readonly sha: string
  readonly size: number | null
  readonly path: string
}

const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

/**
 * A bare repository. Refs are mirrored in memory (every change goes through here or through the git server, which calls
 * `readRefs`); objects never change, so what is computed from commit ids is kept for good.
 */
export class GitRepository {
  readonly directory: string
  /** Full name to commit id; annotated tags point to their tag object. */
  refs = new Map<string, string>()
  readonly #commits = new Map<string, CommitObject>()
  readonly #computed = new Map<string, Promise<unknown>>()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.directory = directory
  }

  static async create(directory: string, defaultBranch: string): Promise<GitRepository> {
    await mkdir(directory, { recursive: true })
    await runGit(directory, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.'])
    const settings = [
      '[http]',
      'receivepack = true',
      '[uploadpack]',
      'allowAnySHA1InWant = true',
      'allowFilter = true',
    ]
    settings.push('[receive]', 'hideRefs = refs/pull', 'autogc = false', '[gc]', 'auto = 0', '')
    await writeFile(join(directory, 'config'), settings.join('\n'), { flag: 'a' })
    await mkdir(join(directory, 'hooks'), { recursive: true })
    await writeFile(join(directory, 'hooks/update'), updateHook, { mode: 0o755 })
    return new GitRepository(directory)
  }

  /** Runs what changes refs, one at a time. */
  exclusively<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async git(args: readonly string[], input?: string | Buffer, env?: NodeJS.ProcessEnv): Promise<string> {
    const options = { ...(input === undefined ? {} : { input }), ...(env === undefined ? {} : { env }) }
    return (await runGit(this.directory, args, options)).stdout.toString()
  }

  async readRefs(): Promise<ReadonlyMap<string, string>> {
    const lines = (await this.git(['for-each-ref', '--format=%(objectname) %(refname)'])).split('\n')
    this.refs = new Map(lines.filter(Boolean).map((line) => [line.slice(41), line.slice(0, 40)]))
    return this.refs
  }

  /** Moves, creates or (with null) deletes a ref, only if it still is at `expected` (null: absent; undefined: wherever). */
  async updateRef(name: string, sha: string | null, expected?: string | null): Promise<boolean> {
    const zero = '0'.repeat(40)
    const old = expected === undefined ? [] : [expected ?? zero]
    const args = sha === null ? ['update-ref', '-d', name, ...old] : ['update-ref', name, sha, ...old]
    const { code } = await runGit(this.directory, args, { expected: [1, 128] })
    if (code !== 0) return false
    if (sha === null) this.refs.delete(name)
    else this.refs.set(name, sha)
    return true
  }

  branch(name: string): string | undefined {
    return this.refs.get(`refs/heads/${name}`)
  }

  /** The commit that a branch, tag, full ref or (abbreviated) id names; undefined when there is none. */
  async resolve(revision: string): Promise<string | undefined> {
    const direct =
      this.branch(revision) ?? (isSha(revision) && this.#commits.has(revision) ? revision : undefined)
    if (direct !== undefined) return direct
    if (revision === '' || revision.startsWith('-')) return undefined
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]
    const { code, stdout } = await runGit(this.directory, args, { expected: [1, 128] })
    return code === 0 ? stdout.toString().trim() : undefined
  }

  async commit(sha: string): Promise<CommitObject> {
    const [commit] = await this.commits([sha])
    if (commit === undefined) throw new Error(`no commit ${sha} in ${this.directory}`)
    return commit
  }

  /** In the order asked for; ids that are no commits are left out. */
  async commits(shas: readonly string[]): Promise<CommitObject[]> {
    const missing = shas.filter((sha) => !this.#commits.has(sha))
    if (missing.length > 0) {
      const { stdout } = await runGit(this.directory, ['cat-file', '--batch'], {
        input: missing.join('\n') + '\n',
      })
      for (let at = 0; at < stdout.length;) {
        const end = stdout.indexOf(10, at)
        const [sha = '', type, size] = stdout.subarray(at, end).toString().split(' ')
        at = end + 1
        if (size === undefined) continue
        const content = stdout.subarray(at, at + Number(size)).toString()
        at += Number(size) + 1
        if (type === 'commit') this.#commits.set(sha, parseCommit(sha, content))
      }
    }
    return shas.flatMap((sha) => this.#commits.get(sha) ?? [])
  }

  #once<Value>(key: string, compute: () => Promise<Value>): Promise<Value> {
    const known = this.#computed.get(key) as Promise<Value> | undefined
    if (known !== undefined) return known
    const promise = compute()
    this.#computed.set(key, promise)
    promise.catch(() => this.#computed.delete(key))
    return promise
  }

  /** Null: the two have no common history. */
  mergeBase(one: string, other: string): Promise<string | null> {
    return this.#once(`merge-base ${one} ${other}`, async () => {
      const { stdout } = await runGit(this.directory, ['merge-base', one, other], { expected: [1] })
      return stdout.toString().trim() || null
    })
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (ancestor === descendant) return true
    return (await this.mergeBase(ancestor, descendant)) === ancestor
  }

  /** Commits in head and not in base, oldest first, through all parents. */
  between(base: string, head: string): Promise<readonly string[]> {
    return this.#once(`between ${base} ${head}`, async () =>
      (await this.git(['rev-list', '--topo-order', '--reverse', `${base}..${head}`]))
        .split('\n')
        .filter(Boolean),
    )
  }

  /** Newest first. */
  async history(from: string, options: { path?: string; limit: number; skip: number }): Promise<string[]> {
    const args = ['rev-list', `--max-count=${options.limit}`, `--skip=${options.skip}`, from, '--']
    if (options.path !== undefined) args.push(options.path)
    return (await this.git(args)).split('\n').filter(Boolean)
  }

  /** What differs between two commits or trees, renames found. */
  changes(before: string, after: string): Promise<readonly FileChange[]> {
    return this.#once(`changes ${before} ${after}`, async () => {
      const args = ['diff', '--raw', '--numstat', '-z', '-M', '--abbrev=40', before, after, '--']
      return parseChanges((await runGit(this.directory, args)).stdout.toString())
    })
  }

  /** The unified diff of each file, in the order of `changes`, without its header; '' for a binary file. */
  async patches(before: string, after: string): Promise<readonly string[]> {
    return this.#once(`patches ${before} ${after}`, async () =>
      splitPatches(await this.git(['diff', '-M', '--no-color', '--no-ext-diff', before, after, '--'])),
    )
  }

  /** The tree that a three-way merge gives; null when it conflicts. */
  mergeTree(ours: string, theirs: string): Promise<string | null> {
    return this.#once(`merge-tree ${ours} ${theirs}`, async () => {
      const args = [
        'merge-tree',
        '--write-tree',
        '--no-messages',
        '--name-only',
        '--allow-unrelated-histories',
        ours,
        theirs,
      ]
      const { code, stdout } = await runGit(this.directory, args, { expected: [1] })
      return code === 0 ? stdout.toString().slice(0, 40) : null
    })
  }

  /** Type and content of any object; undefined when it does not exist. */
  async object(name: string): Promise<{ sha: string; type: string; content: Buffer } | undefined> {
    if (name.includes('\n')) return undefined
    const { stdout } = await runGit(this.directory, ['cat-file', '--batch'], { input: `${name}\n` })
    const end = stdout.indexOf(10)
    const [sha = '', type = '', size] = stdout.subarray(0, end).toString().split(' ')
    if (size === undefined || !/^\d+$/.test(size)) return undefined
    return { sha, type, content: stdout.subarray(end + 1, end + 1 + Number(size)) }
  }

  async tree(treeish: string, options: { recursive?: boolean } = {}): Promise<TreeEntry[]> {
    const args = ['ls-tree', '-z', '-l', ...(options.recursive === true ? ['-r', '-t'] : []), treeish]
    const lines = (await this.git(args)).split('\0').filter(Boolean)
    return lines.map((line) => {
      const tab = line.indexOf('\t')
      const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/)
      return {
        mode,
        type: type as TreeEntry['type'],
        sha,
        size: size === '-' ? null : Number(size),
        path: line.slice(tab + 1),
      }
    })
  }

  async writeBlob(content: Buffer): Promise<string> {
    return (await this.git(['hash-object', '-w', '--stdin'], content)).trim()
  }

  /** A tree made from another by setting paths to blobs (or, with null, removing them). */
  async writeTree(
    base: string | null,
    entries: readonly { path: string; mode: string; sha: string | null }[],
  ): Promise<string> {
    const index = join(this.directory, `index-${process.pid}-${Math.random().toString(36).slice(2)}`)
    const env = { GIT_INDEX_FILE: index }
    await this.git(base === null ? ['read-tree', '--empty'] : ['read-tree', base], undefined, env)
    const lines = entries.map(({ path, mode, sha }) =>
      sha === null ? `0 ${'0'.repeat(40)}\t${path}` : `${mode} ${sha}\t${path}`,
    )
    await this.git(['update-index', '-z', '--add', '--replace', '--index-info'], lines.join('\0') + '\0', env)
    const tree = (await this.git(['write-tree'], undefined, env)).trim()
    await rm(index, { force: true })
    return tree
  }

  async commitTree(commit: {
    tree: string
    parents: readonly string[]
    message: string
    author: Signature
    committer: Signature
  }): Promise<string> {
    const env = {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: commit.author.date,
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: commit.committer.date,
    }
    const parents = commit.parents.flatMap((parent) => ['-p', parent])
    return (await this.git(['commit-tree', commit.tree, ...parents, '-F', '-'], commit.message, env)).trim()
  }
}
