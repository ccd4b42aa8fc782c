import { Command, CommanderError } from 'commander'
import { toAppError } from '../errors.ts'
import { registerDemo } from './demo.ts'
import { registerDiff } from './diff.ts'
import { registerDoctorWith } from './doctor.ts'
import { examineProtection } from './examine-protection.ts'
import { examineClusters } from './examine-clusters.ts'
import { examineServer } from './examine-server.ts'
import { registerHistory } from './history.ts'
import type { CliIo, ExitCode } from './io.ts'
import { registerPolicy } from './policy.ts'
import { registerPromote } from './promote.ts'
import { registerProtect } from './protect.ts'
import { registerReady } from './ready.ts'
import { registerRecord } from './record.ts'
import { registerReview } from './review.ts'
import { registerServe } from './serve.ts'
import { registerTools } from './tools.ts'

/** A subcommand: adds itself to the program and calls `done` with its exit code. */
export type RegisterCommand = (program: Command, io: CliIo, done: (code: ExitCode) => void) => void

const commands: readonly RegisterCommand[] = [
  registerReview,
  registerDiff,
  registerReady,
  registerPolicy,
  registerServe,
  registerDemo,
  registerDoctorWith([examineServer, examineClusters, examineProtection]),
  registerProtect,
  registerPromote,
  registerRecord,
  registerHistory,
  registerTools,
]

/** Runs one command line (without `node` and the script) and gives its exit code. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const program = new Command('countersign')
    .description('Gates GitOps pull requests by what they really change in each environment.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showSuggestionAfterError()
  for (const register of commands) register(program, io, (code) => (exitCode = code))
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
