import { simpleGit, type SimpleGit } from 'simple-git'
import { AppError } from '../../errors.ts'
import { gitEnvironment, type Protocols } from './git-environment.ts'

export interface GitClientOptions {
  readonly directory: string
  /** PATH on which git is found. */
  readonly path: string
  readonly protocols?: Protocols
  readonly token?: string | undefined
  /** Milliseconds without output after which a command is ended. */
  readonly timeout?: number
}

/** git ended with something else than 0. Some commands answer so. */
export class GitExit extends Error {
  readonly code: number
  readonly output: string
  constructor(code: number, output: string, words: string) {
    super(words.trim() || `it ended with ${code}`)
    this.name = 'GitExit'
    this.code = code
    this.output = output
  }
}

/** The library passes on an error's text only: code and output travel in it. */
function exitOf(thrown: unknown): unknown {
  try {
    const [code, output, words] = JSON.parse(thrown instanceof Error ? thrown.message : '') as [
      number,
      string,
      string,
    ]
    return new GitExit(code, output, words)
  } catch {
    return thrown
  }
}

/** Runs `git` in a directory with the hardened environment and nothing else of ours. */
export class GitClient {
  readonly options: GitClientOptions
  readonly environment: Record<string, string>
  readonly #git: SimpleGit

  constructor(options: GitClientOptions) {
    this.options = options
    this.environment = gitEnvironment(options.path, options.protocols ?? 'none', options.token)
    this.#git = simpleGit({
      baseDir: options.directory,
      timeout: { block: options.timeout ?? 120_000 },
      maxConcurrentProcesses: 4,
      completion: { onClose: true, onExit: false },
      // The library refuses these because they could come from outside. Here they come from gitEnvironment only, and tighten git.
      allowEnvironment: Object.keys(this.environment),
      unsafe: {
        allowUnsafeConfigEnvCount: true,
        allowUnsafeConfigPaths: true,
        allowUnsafeHooksPath: true,
        allowUnsafeFsMonitor: true,
        allowUnsafePager: true,
        allowUnsafeCredentialHelper: true,
        allowUnsafeProtocolOverride: true,
      },
      // By default a failure without words would pass for success: a process that was killed must never look like an empty answer.
      errors: (error, { exitCode, stdOut, stdErr }) =>
        exitCode === 0
          ? error
          : Buffer.from(
              JSON.stringify([exitCode, Buffer.concat(stdOut).toString(), Buffer.concat(stdErr).toString()]),
            ),
    }).env(this.environment)
  }

  /** As `run`, and undefined where git ends with 1 and says nothing: its way to answer no. */
  async ask(...args: readonly string[]): Promise<string | undefined> {
    try {
      return await this.run(...args)
    } catch (thrown) {
      const exit = thrown instanceof AppError ? thrown.cause : undefined
      if (exit instanceof GitExit && exit.code === 1 && exit.output === '') return undefined
      throw thrown
    }
  }

  /** Standard output of a command. Throws AppError `git-failed` with git's own words, without the token. */
  async run(...args: readonly string[]): Promise<string> {
    try {
      return await this.#git.raw([...args])
    } catch (caught) {
      const thrown = exitOf(caught)
      throw new AppError('git-failed', `git ${args[0] ?? ''} failed: ${this.#words(thrown)}`, {
        cause: thrown,
      })
    }
  }

  #words(thrown: unknown): string {
    const message = (thrown instanceof Error ? thrown.message : String(thrown)).trim()
    const { token } = this.options
    return token === undefined ? message : message.replaceAll(token, '••••')
  }
}
