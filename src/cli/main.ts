import { Command, CommanderError } from 'commander'
import { toAppError } from '../errors.ts'
import type { CliIo, ExitCode } from './io.ts'

/** A subcommand: adds itself to the program and calls `done` with its exit code. */
export type RegisterCommand = (program: Command, io: CliIo, done: (code: ExitCode) => void) => void

/** What each command needs is loaded when it is run: most of a short command's time would be the loading of the others. */
const commands: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  review: async () => (await import('./review.ts')).registerReview,
  diff: async () => (await import('./diff.ts')).registerDiff,
  ready: async () => (await import('./ready.ts')).registerReady,
  policy: async () => (await import('./policy.ts')).registerPolicy,
  serve: async () => (await import('./serve.ts')).registerServe,
  demo: async () => (await import('./demo.ts')).registerDemo,
  doctor: async () => {
    const [{ registerDoctorWith }, { examineServer }, { examineClusters }, { examineProtection }] =
      await Promise.all([
        import('./doctor.ts'),
        import('./examine-server.ts'),
        import('./examine-clusters.ts'),
        import('./examine-protection.ts'),
      ])
    return registerDoctorWith([examineServer, examineClusters, examineProtection])
  },
  protect: async () => (await import('./protect.ts')).registerProtect,
  promote: async () => (await import('./promote.ts')).registerPromote,
  record: async () => (await import('./record.ts')).registerRecord,
  history: async () => (await import('./history.ts')).registerHistory,
  tools: async () => (await import('./tools.ts')).registerTools,
}

/** The command that is asked for; all of them where help or a wrong name may be meant. */
async function neededCommands([name = '']: readonly string[]): Promise<readonly RegisterCommand[]> {
  const one = Object.hasOwn(commands, name) ? commands[name] : undefined
  return Promise.all((one === undefined ? Object.values(commands) : [one]).map((load) => load()))
}

/** Runs one command line (without `node` and the script) and gives its exit code. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const program = new Command('countersign')
    .description('Gates GitOps pull requests by what they really change in each environment.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError()
  for (const register of await neededCommands(args)) register(program, io, (code) => (exitCode = code))
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
    const error = toAppError(thrown)
    io.err(`${error.message}\n`)
    if (error.kind === 'bug')
      io.err(`This is a bug in Countersign, please report it.\n${error.stack ?? ''}\n`)
    return error.kind === 'user' ? 2 : 3
  }
}
