import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { Socket } from 'node:net'
import { AppError } from '../../errors.ts'

/** A process that was asked nothing for so long is ended, in milliseconds. */
const idleTime = 5_000

/** What git says of an object, and its content where that was asked for. */
interface Answer {
  readonly id: string
  readonly type: string
  readonly size: number
  readonly content?: Buffer | undefined
}

interface Session {
  readonly child: ChildProcessWithoutNullStreams
  /** The next chunk; undefined when git has ended. */
  readonly chunks: AsyncIterator<Buffer>
  rest: Buffer
}

/**
 * Reads objects through one `git cat-file --batch-command`, which is kept while there is something to read: starting a process takes
 * longer than most readings. It finds what was fetched after it started. https://git-scm.com/docs/git-cat-file#_batch_output
 */
export class BlobReader {
  readonly #git: { readonly directory: string; readonly environment: Record<string, string> }
  #turn: Promise<unknown> = Promise.resolve()
  #session: Session | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(git: { readonly directory: string; readonly environment: Record<string, string> }) {
    this.#git = git
  }

  /**
   * Contents of blobs. Throws `input-refused` where one is larger than `limit` bytes (its content is not asked for), `git-failed` where
   * one is missing or no blob. Readings are done one after the other.
   */
  read(ids: readonly string[], limit: number): Promise<ReadonlyMap<string, Buffer>> {
    const turn = this.#turn.catch(() => undefined).then(() => this.#readNow(ids, limit))
    this.#turn = turn
    return turn
  }

  async #readNow(ids: readonly string[], limit: number): Promise<ReadonlyMap<string, Buffer>> {
    const session = this.#open()
    try {
      for (const { id, type, size } of await ask(session, 'info', ids)) {
        if (type !== 'blob') throw new AppError('git-failed', `git has no blob ${id} (${type})`)
        if (size > limit)
          throw new AppError(
            'input-refused',
            `a file has ${size} bytes; at most ${limit} are read (blob ${id})`,
          )
      }
      const answers = await ask(session, 'contents', ids)
      this.#rest(session)
      return new Map(answers.map(({ id, content = Buffer.alloc(0) }) => [id, content]))
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'input-refused') this.#rest(session)
      else this.#end(session)
      throw thrown
    }
  }

  #open(): Session {
    clearTimeout(this.#idle)
    const session = this.#session ?? start(this.#git)
    this.#session = session
    session.child.ref()
    return session
  }

  /** Kept for a while, without keeping the program alive. */
  #rest(session: Session): void {
    session.child.unref()
    this.#idle = setTimeout(() => this.#end(session), idleTime)
    this.#idle.unref()
  }

  #end(session: Session): void {
    if (this.#session === session) this.#session = undefined
    session.child.kill('SIGKILL')
  }
}

function start(git: { readonly directory: string; readonly environment: Record<string, string> }): Session {
  const child = spawn('git', ['cat-file', '--batch-command'], {
    cwd: git.directory,
    env: git.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.stderr.resume()
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref()
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return { child, chunks, rest: Buffer.alloc(0) }
}

async function ask(
  session: Session,
  command: 'info' | 'contents',
  ids: readonly string[],
): Promise<readonly Answer[]> {
  session.child.stdin.write(ids.map((id) => `${command} ${id}\n`).join(''))
  const answers: Answer[] = []
  while (answers.length < ids.length) {
    const [id = '', type = '', size = '0'] = (await takeLine(session)).split(' ')
    const isThere = type !== 'missing' && type !== 'ambiguous'
    const content = command === 'contents' && isThere ? await take(session, Number(size) + 1) : undefined
    answers.push({ id, type, size: Number(size), content: content?.subarray(0, -1) })
  }
  return answers
}

async function takeLine(session: Session): Promise<string> {
  for (let from = 0; ;) {
    const end = session.rest.indexOf(10, from)
    if (end >= 0) {
      const line = session.rest.subarray(0, end).toString('utf8')
      session.rest = session.rest.subarray(end + 1)
      return line
    }
    from = session.rest.length
    await more(session)
  }
}

/** The next bytes, copied: a part of a larger buffer would keep all of it. */
async function take(session: Session, bytes: number): Promise<Buffer> {
  const parts = [session.rest]
  let size = session.rest.length
  while (size < bytes) {
    session.rest = Buffer.alloc(0)
    await more(session)
    parts.push(session.rest)
    size += session.rest.length
  }
  const all = parts.length === 1 ? session.rest : Buffer.concat(parts)
  session.rest = all.subarray(bytes)
  return Buffer.from(all.subarray(0, bytes))
}

async function more(session: Session): Promise<void> {
  const next = await session.chunks.next()
  if (next.done === true) throw new AppError('git-failed', 'git cat-file ended early')
  session.rest = session.rest.length === 0 ? next.value : Buffer.concat([session.rest, next.value])
}
