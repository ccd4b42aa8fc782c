import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { fetchedHead, type Mirrors, type Repository } from '../../ports/repository.ts'
import { GitClient } from './git-client.ts'
import type { Protocols } from './git-environment.ts'
import { openRepository } from './open-repository.ts'

export interface MirrorOptions {
  /** PATH on which git is found. */
  readonly path: string
  /** Default `https:http`. `file` is for tests and the demo. */
  readonly protocols?: Protocols
}

/** A lock file of git that is older than this process was left by one that died: a home folder has one server. */
const startedAt = Date.now() - process.uptime() * 1000

/**
 * Bare mirrors below a folder, one per url. Fetches of one mirror are done one after the other; opened repositories are kept, with their
 * caches. Nothing is ever pruned: a commit that a force-push took away can still be read.
 */
export function createMirrors(home: string, options: MirrorOptions): Mirrors {
  const turns = new Map<string, Promise<unknown>>()
  const opened = new Map<string, Repository>()
  return {
    fetch: (request) => {
      const folder = folderOf(home, request.repository, request.url)
      const turn = (turns.get(folder) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => fetchInto(folder, request, options, opened))
      turns.set(folder, turn)
      return turn
    },
  }
}

async function fetchInto(
  folder: string,
  request: Parameters<Mirrors['fetch']>[0],
  options: MirrorOptions,
  opened: Map<string, Repository>,
): Promise<Repository> {
  checkRequest(request)
  await prepare(folder, options)
  const git = new GitClient({
    directory: folder,
    path: options.path,
    protocols: options.protocols ?? 'https:http',
    token: request.token,
  })
  const missing = await missingRefs(git, request.refs)
  if (missing.length > 0) await fetchRefs(git, request.url, missing)
  const repository = opened.get(folder) ?? (await openRepository(folder, options.path))
  opened.set(folder, repository)
  return repository
}

/** Branches and pull requests move, so they are always fetched; a commit that is there needs no network. */
async function missingRefs(git: GitClient, refs: readonly string[]): Promise<readonly string[]> {
  const wanted: string[] = []
  for (const ref of refs) if (!isCommitId(ref) || !(await hasCommit(git, ref))) wanted.push(ref)
  return wanted
}

async function hasCommit(git: GitClient, id: string): Promise<boolean> {
  return git.run('cat-file', '-t', id).then(
    (type) => type.trim() === 'commit',
    () => false,
  )
}

/** A commit that no ref leads to any more (after a force-push) is asked for by its id, which GitHub allows. */
async function fetchRefs(git: GitClient, url: string, refs: readonly string[]): Promise<void> {
  const specs = refs.map((ref) =>
    isCommitId(ref)
      ? `+${ref}:refs/countersign/commits/${ref}`
      : `+${ref}:${ref === 'HEAD' ? fetchedHead : ref}`,
  )
  const fetch = (): Promise<string> =>
    git.run(
      'fetch',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--quiet',
      '--end-of-options',
      url,
      ...specs,
    )
  try {
    await fetch()
  } catch (thrown) {
    if (!(await dropConflicts(git, refs))) throw thrown
    await fetch()
  }
}

/** A branch `a` that was renamed to `a/b` on the other side stands in the way here. True when something was removed. */
async function dropConflicts(git: GitClient, refs: readonly string[]): Promise<boolean> {
  const names = (await git.run('for-each-ref', '--format=%(refname)')).split('\n')
  const conflicts = names.filter(
    (name) => name !== '' && refs.some((ref) => ref.startsWith(`${name}/`) || name.startsWith(`${ref}/`)),
  )
  for (const name of conflicts) await git.run('update-ref', '-d', '--end-of-options', name)
  return conflicts.length > 0
}

/** A mirror appears as a whole: it is made beside its place and renamed. */
async function prepare(folder: string, options: MirrorOptions): Promise<void> {
  const isThere = await stat(join(folder, 'HEAD')).then(
    () => true,
    () => false,
  )
  if (isThere) return removeStaleLocks(folder)
  const draft = `${folder}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  await new GitClient({ directory: draft, path: options.path }).run(
    'init',
    '--bare',
    '--quiet',
    '--initial-branch=main',
  )
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}

/** A crash in the middle of a fetch leaves lock files, which would stop every later one. */
async function removeStaleLocks(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.lock')) continue
    const file = join(entry.parentPath, entry.name)
    const found = await stat(file).catch(() => undefined)
    if (found !== undefined && found.mtimeMs < startedAt) await rm(file, { force: true })
  }
}

/** Nothing in a request is ever read as an option or a command. */
function checkRequest({ url, refs }: Parameters<Mirrors['fetch']>[0]): void {
  if (!/^(?:https?|file):\/\/[^\s-][^\s]*$/.test(url))
    throw new AppError('git-failed', `${url} is no address of a git repository`)
  for (const ref of refs)
    if (ref !== 'HEAD' && !isCommitId(ref) && !/^refs\/[\w][\w./@+-]*$/.test(ref))
      throw new AppError('git-failed', `${ref} is neither a full ref nor a commit id`)
}

function isCommitId(ref: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref)
}

function folderOf(home: string, repository: string, url: string): string {
  const readable = repository
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '_')
    .slice(0, 80)
  const unique = createHash('sha256').update(url).digest('hex').slice(0, 12)
  return join(home, 'mirrors', `${readable}-${unique}.git`)
}
