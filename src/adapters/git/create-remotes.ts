import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isAllowedRemote, type AllowedRemote } from '../../core/targets/allowed-remotes.ts'
import { readRemoteBase } from '../../core/targets/remote-base.ts'
import { AppError } from '../../errors.ts'
import type { RemoteFiles, Remotes } from '../../ports/remotes.ts'
import type { Repository } from '../../ports/repository.ts'
import { fetchRemote, listRemote, type RemoteLimits } from './fetch-remote.ts'
import { sizeOf } from './folder-size.ts'
import { openRepository } from './open-repository.ts'

export interface RemoteOptions {
  /** PATH on which git is found. */
  readonly path: string
  readonly allowed: readonly AllowedRemote[]
  readonly limits?: Partial<RemoteLimits>
}

const defaultLimits: RemoteLimits = { time: 60_000, bytes: 100 * 1024 * 1024, listing: 16 * 1024 * 1024 }
/** Bytes on disk beyond which the repositories longest unused go. */
const mostKept = 2 * 1024 * 1024 * 1024
/** Milliseconds after which a draft counts as left by a process that died. */
const draftAge = 60 * 60_000

/**
 * Repositories elsewhere below a folder: each is one commit without history, under a name made of its address and commit, so that an
 * entry is never out of date. It appears as a whole; fetches of the same one happen once.
 */
export function createRemotes(folder: string, options: RemoteOptions): Remotes {
  const limits = { ...defaultLimits, ...options.limits }
  const opening = new Map<string, Promise<Repository>>()
  const open = (remote: { readonly url: string; readonly commit: string }): Promise<Repository> => {
    const place = placeOf(folder, remote)
    const known = opening.get(place)
    if (known !== undefined) return known
    const started = ensure(folder, place, remote, limits, options.path)
    opening.set(place, started)
    // Whether it is still there is looked at each time; git's answers are kept by whoever asked.
    const forget = (): void => void opening.delete(place)
    started.then(forget, forget)
    return started
  }
  return {
    allowed: options.allowed,
    async open(remote): Promise<RemoteFiles> {
      checkRemote(remote, options.allowed)
      const repository = await open(remote)
      const tree = await listRemote(placeOf(folder, remote), remote.commit, limits, options.path)
      let current = repository
      return {
        tree,
        blobs: async (ids, limit) => {
          if (!(await isThere(placeOf(folder, remote)))) current = await open(remote)
          return current.blobs(ids, limit)
        },
      }
    },
  }
}

/** Whoever asks has read the address already; here it is about to leave the machine. */
function checkRemote(
  { url, commit }: { readonly url: string; readonly commit: string },
  allowed: readonly AllowedRemote[],
): void {
  const reading = readRemoteBase(`${url}//x?ref=${commit}`)
  if (!reading.ok || !isAllowedRemote(allowed, reading.base))
    throw new AppError('remote-refused', `${url} is not allowed here`)
}

async function ensure(
  folder: string,
  place: string,
  remote: { readonly url: string; readonly commit: string },
  limits: RemoteLimits,
  path: string,
): Promise<Repository> {
  if (!(await isThere(place))) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await sweep(folder)
    const draft = `${place}.draft-${randomUUID()}`
    try {
      await mkdir(draft, { mode: 0o700 })
      await fetchRemote(draft, remote, limits, path)
      // Another process may have been faster: what it has is the same.
      await rename(draft, place).catch(async (thrown: unknown) => {
        if (!(await isThere(place))) throw thrown
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  const now = new Date()
  await utimes(place, now, now).catch(() => undefined)
  return openRepository(place, path)
}

function placeOf(folder: string, { url, commit }: { readonly url: string; readonly commit: string }): string {
  return join(folder, createHash('sha256').update(`${url}@${commit}`).digest('hex'))
}

function isThere(place: string): Promise<boolean> {
  return stat(join(place, 'HEAD')).then(
    () => true,
    () => false,
  )
}

/** Removes what was left half done, and those longest unused until the rest fits. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const entries = await Promise.all(
    names.map(async (name) => {
      const place = join(folder, name)
      const used = await stat(place).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      )
      return { place, used, isDraft: name.includes('.draft-'), size: await sizeOf(place) }
    }),
  )
  let total = entries.reduce((sum, { size }) => sum + size, 0)
  for (const { place, used, isDraft, size } of entries.sort((a, b) => a.used - b.used)) {
    const isLeft = isDraft && Date.now() - used > draftAge
    if (!isLeft && (isDraft || total <= mostKept)) continue
    await rm(place, { recursive: true, force: true }).catch(() => undefined)
    total -= size
  }
}
