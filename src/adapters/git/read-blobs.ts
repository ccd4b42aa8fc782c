import { spawn } from 'node:child_process'
import { AppError } from '../../errors.ts'

/**
 * Contents of blobs through one `git cat-file --batch`. https://git-scm.com/docs/git-cat-file#_batch_output
 * Throws `input-refused` where one is larger than `limit` bytes (the process is ended before it sends it), `git-failed` where one
 * is missing or no blob.
 */
export function readBlobs(
  git: { readonly directory: string; readonly environment: Record<string, string> },
  ids: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['cat-file', '--batch'], {
      cwd: git.directory,
      env: git.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const blobs = new Map<string, Buffer>()
    let waiting: Buffer[] = []
    let size = 0
    let wanted: { readonly id: string; readonly size: number } | undefined
    let words = ''

    const fail = (error: AppError): void => {
      child.kill('SIGKILL')
      reject(error)
    }
    const take = (): Buffer => {
      const all = waiting.length === 1 ? (waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(waiting)
      waiting = []
      size = 0
      return all
    }
    const keep = (rest: Buffer): void => {
      if (rest.length === 0) return
      waiting.push(rest)
      size += rest.length
    }
    const header = (line: string): void => {
      const [id = '', type = '', bytes = '0'] = line.split(' ')
      if (type !== 'blob') return fail(new AppError('git-failed', `git has no blob ${id} (${type})`))
      if (Number(bytes) > limit)
        return fail(
          new AppError('input-refused', `a file has ${bytes} bytes; at most ${limit} are read (blob ${id})`),
        )
      wanted = { id, size: Number(bytes) }
    }
    const parse = (): void => {
      while (size > 0) {
        if (wanted === undefined) {
          const all = take()
          const end = all.indexOf(10)
          keep(end < 0 ? all : all.subarray(end + 1))
          if (end < 0) return
          header(all.subarray(0, end).toString('utf8'))
          if (wanted === undefined) return
        } else {
          if (size < wanted.size + 1) return
          const all = take()
          blobs.set(wanted.id, Buffer.from(all.subarray(0, wanted.size)))
          keep(all.subarray(wanted.size + 1))
          wanted = undefined
        }
      }
    }
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk)
      parse()
    })
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString('utf8').slice(0, 2000)))
    child.stdin.on('error', () => undefined)
    child.on('error', (error) =>
      fail(new AppError('git-failed', `git could not be started: ${error.message}`, { cause: error })),
    )
    child.on('close', () => {
      if (ids.every((id) => blobs.has(id))) resolve(blobs)
      else
        reject(new AppError('git-failed', `git cat-file ended early: ${words.trim() || 'no reason given'}`))
    })
    child.stdin.end(ids.map((id) => `${id}\n`).join(''))
  })
}
