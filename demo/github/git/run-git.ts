import { execFile } from 'node:child_process'

/** What the git programs of the local GitHub see: no configuration of the person whose machine this is. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
}

export interface GitAnswer {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs git in a repository. Throws with git's own words unless the exit code is 0 or one of `expected`. */
export function runGit(
  directory: string,
  args: readonly string[],
  options: { input?: string | Buffer; env?: NodeJS.ProcessEnv; expected?: readonly number[] } = {},
): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      { cwd: directory, env: { ...gitEnvironment, ...options.env }, encoding: 'buffer', maxBuffer: 1 << 29 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        if (code === 0 || options.expected?.includes(code)) {
          resolve({ code, stdout, stderr: stderr.toString() })
          return
        }
        reject(
          new Error(`git ${args[0] ?? ''} failed in ${directory}: ${stderr.toString().trim()}`, {
            cause: error,
          }),
        )
      },
    )
    child.stdin?.on('error', () => undefined) // git may end before it has read everything; its exit code says why
    child.stdin?.end(options.input ?? '')
  })
}
