import { GitError, simpleGit, type SimpleGit } from 'simple-git'
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
    }).env(this.environment)
  }

  /** Standard output of a command. Throws AppError `git-failed` with git's own words, without the token. */
  async run(...args: readonly string[]): Promise<string> {
    try {
      return await this.#git.raw([...args])
    } catch (thrown) {
      throw new AppError('git-failed', `git ${args[0] ?? ''} failed: ${this.#words(thrown)}`, {
        cause: thrown,
      })
    }
  }

  #words(thrown: unknown): string {
    const message = (
      thrown instanceof GitError || thrown instanceof Error ? thrown.message : String(thrown)
    ).trim()
    const { token } = this.options
    return token === undefined ? message : message.replaceAll(token, '••••')
  }
}
