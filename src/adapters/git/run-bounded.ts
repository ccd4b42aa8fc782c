import { spawn } from 'node:child_process'

export interface Bounds {
  /** Milliseconds from its start. */
  readonly time: number
  /** Bytes of output. */
  readonly output: number
  /** Asked a few times a second: true ends it. */
  readonly isTooMuch?: () => Promise<boolean>
}

export type BoundedResult =
  | { readonly ended: 'well'; readonly output: string }
  | { readonly ended: 'badly'; readonly words: string }
  /** The bound that it went beyond; it was ended with everything that it had started. */
  | { readonly ended: 'time' | 'output' | 'isTooMuch' }

/** Milliseconds between two looks. */
const lookAgain = 200
/** Bytes of error output that are kept. */
const mostWords = 16 * 1024

/** Runs git where what it reads is hostile: within a time and a size, which git itself has no options for. */
export function runBounded(
  git: { readonly directory: string; readonly environment: Record<string, string> },
  args: readonly string[],
  bounds: Bounds,
): Promise<BoundedResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: git.directory,
      env: git.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: git starts helpers, which have to end with it.
      detached: true,
    })
    let beyond: keyof Bounds | undefined
    const end = (bound: keyof Bounds): void => {
      beyond ??= bound
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const clock = setTimeout(() => end('time'), bounds.time)
    const looking = setInterval(() => {
      void bounds.isTooMuch?.().then((isTooMuch) => {
        if (isTooMuch) end('isTooMuch')
      })
    }, lookAgain)
    const output: Buffer[] = []
    let [size, words] = [0, '']
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bounds.output) end('output')
      else output.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < mostWords) words += chunk.toString('utf8')
    })
    const stop = (): void => {
      clearTimeout(clock)
      clearInterval(looking)
    }
    child.on('error', (thrown) => {
      stop()
      reject(thrown)
    })
    child.on('close', (code) => {
      stop()
      if (beyond !== undefined) resolve({ ended: beyond })
      else if (code === 0) resolve({ ended: 'well', output: Buffer.concat(output).toString('utf8') })
      else resolve({ ended: 'badly', words: words.trim() })
    })
  })
}
