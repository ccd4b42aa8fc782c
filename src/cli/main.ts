#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { toAppError } from '../errors.ts'
import { readSettings } from '../settings.ts'
import { registerDiff } from './diff.ts'
import { registerDoctor } from './doctor.ts'
import type { CliIo, ExitCode } from './io.ts'
import { registerReview } from './review.ts'
import { registerTools } from './tools.ts'

/** A subcommand: adds itself to the program and calls `done` with its exit code. */
export type RegisterCommand = (program: Command, io: CliIo, done: (code: ExitCode) => void) => void

const commands: readonly RegisterCommand[] = [registerReview, registerDiff, registerDoctor, registerTools]

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

function terminalIo(): CliIo {
  return {
    settings: readSettings(),
    cwd: process.cwd(),
    stdoutIsTerminal: process.stdout.isTTY,
    stderrIsTerminal: process.stderr.isTTY,
    columns: process.stdout.columns ?? 100,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readStdin: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

if (import.meta.main) {
  process.exitCode = await runCli(process.argv.slice(2), terminalIo())
}
