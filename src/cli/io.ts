import type { Settings } from '../settings.ts'

/** What a command touches of the terminal; tests pass their own. */
export interface CliIo {
  readonly settings: Settings
  /** Current directory: relative paths on the command line start here. */
  readonly cwd: string
  readonly stdoutIsTerminal: boolean
  readonly stderrIsTerminal: boolean
  /** Columns of the terminal; 100 where there is none. */
  readonly columns: number
  out(text: string): void
  err(text: string): void
  readStdin(): Promise<string>
}

/** 0 fine, 1 a negative answer, 2 bad usage or bad input, 3 an outside failure. */
export type ExitCode = 0 | 1 | 2 | 3
