import { isUtf8 } from 'node:buffer'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'

export interface JailLimits {
  /** Milliseconds. */
  readonly time: number
  /** Bytes of resident memory of the program and its children. */
  readonly memory: number
  /** Bytes of standard output. */
  readonly output: number
}

export const defaultLimits: JailLimits = {
  time: 60_000,
  // Together with this process it stays below 1 GB, also in the moment before it is noticed.
  memory: 640 * 1024 * 1024,
  output: 64 * 1024 * 1024,
}

/** What the system lets the jail do. `doctor` prints it. */
export interface JailPowers {
  /** `unshare` puts the program into a network namespace of its own; `none`: only what is checked before rendering protects. */
  readonly network: 'unshare' | 'bwrap' | 'none'
  /** `own`: the program sees a root directory with the inputs and itself, and nothing of this machine. */
  readonly root: 'own' | 'shared'
}

export interface JailRun {
  readonly program: string
  readonly args: readonly string[]
  /** A directory with the inputs and nothing else. */
  readonly directory: string
  /** Directory that becomes `/` where the system allows it; program, arguments, directory and home are below it. */
  readonly root?: string | undefined
  /** An empty directory. */
  readonly home: string
  /** PATH of the program; nothing else of our environment is passed on. */
  readonly path: string
  readonly limits?: JailLimits
  readonly powers: JailPowers
}

export interface JailResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a renderer on hostile input: no environment but PATH and HOME, no network where the system allows to take it away, limits on
 * time, memory and output; at the end the whole process group is gone. Throws `render-limit` or `tool-missing`.
 */
export async function runJailed(run: JailRun): Promise<JailResult> {
  const limits = run.limits ?? defaultLimits
  const [program, args] = confined(run)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: run.directory,
      env: { PATH: run.path, HOME: pathInJail(run, run.home) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const output: Buffer[] = []
    let bytes = 0
    let words = ''
    let limit: AppError | undefined

    const end = (error?: AppError): void => {
      limit ??= error
      if (child.pid !== undefined) killGroup(child.pid)
    }
    const timer = setTimeout(
      () => end(new AppError('render-limit', `rendering took longer than ${limits.time / 1000} seconds`)),
      limits.time,
    )
    const watch = setInterval(() => {
      if (child.pid === undefined) return
      void residentBytes(child.pid).then((resident) => {
        if (resident > limits.memory)
          end(
            new AppError(
              'render-limit',
              `rendering needed more than ${Math.round(limits.memory / 1024 / 1024)} MB of memory`,
            ),
          )
      })
    }, 20)
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= limits.output) output.push(chunk)
      else
        end(
          new AppError(
            'render-limit',
            `the rendering is larger than ${Math.round(limits.output / 1024 / 1024)} MB`,
          ),
        )
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (words.length < 100_000) words += chunk.toString('utf8')
    })
    const settle = (): void => {
      clearTimeout(timer)
      clearInterval(watch)
    }
    child.on('error', (error) => {
      settle()
      reject(
        new AppError('tool-missing', `${run.program} could not be started: ${error.message}`, {
          cause: error,
        }),
      )
    })
    child.on('close', (code) => {
      settle()
      end()
      const written = Buffer.concat(output)
      if (limit !== undefined) reject(limit)
      // Two different bytes that are no text would read as the same character.
      else if (!isUtf8(written)) reject(new AppError('render-failed', 'what it renders is no UTF-8 text'))
      else resolve({ code, stdout: written.toString('utf8'), stderr: words })
    })
  })
}

/** Finds out once what the system allows. */
export async function detectPowers(path: string): Promise<JailPowers> {
  for (const network of ['unshare', 'bwrap'] as const) {
    const powers = { network, root: 'shared' } as const
    if (!(await works({ program: 'true', args: [], directory: '/', home: '/', path, powers }))) continue
    const own = { network, root: 'own' } as const
    const rooted = { program: 'true', args: [], directory: '/', home: '/', path, root: '/', powers: own }
    return network === 'unshare' && (await works(rooted)) ? own : powers
  }
  return { network: 'none', root: 'shared' }
}

function works(run: JailRun): Promise<boolean> {
  return runJailed({ ...run, limits: { ...defaultLimits, time: 5_000 } }).then(
    ({ code }) => code === 0,
    () => false,
  )
}

/** With a root of its own a program's paths are seen from there. */
export function pathInJail(run: Pick<JailRun, 'root' | 'powers'>, path: string): string {
  if (run.root === undefined || run.root === '/' || run.powers.root !== 'own') return path
  return path === run.root ? '/' : path.startsWith(`${run.root}/`) ? path.slice(run.root.length) : path
}

function confined(run: JailRun): readonly [string, string[]] {
  const { program, args, powers, directory, root } = run
  switch (powers.network) {
    case 'unshare': {
      const own =
        root === undefined || powers.root !== 'own'
          ? []
          : [`--root=${root}`, `--wd=${pathInJail(run, directory)}`]
      return ['unshare', ['--map-root-user', '--net', ...own, '--', pathInJail(run, program), ...args]]
    }
    case 'bwrap':
      return [
        'bwrap',
        [
          '--unshare-net',
          '--die-with-parent',
          '--dev-bind',
          '/',
          '/',
          '--chdir',
          directory,
          '--',
          program,
          ...args,
        ],
      ]
    case 'none':
      return [program, [...args]]
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}

/** Resident memory of a process group, from /proc; zero where there is none. The group leader's children share its group. */
async function residentBytes(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const pids = [
    pid,
    ...children
      .split(' ')
      .filter((each) => each !== '')
      .map(Number),
  ]
  const sizes = await Promise.all(
    pids.map(async (each) => {
      const status = await readFile(`/proc/${each}/statm`, 'utf8').catch(() => '0 0')
      return Number(status.split(' ')[1] ?? 0) * 4096
    }),
  )
  return sizes.reduce((sum, each) => sum + each, 0)
}
