import { Option } from 'commander'
import { composeLocal, examineGit } from '../compose.ts'
import { AppError } from '../errors.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { painter } from './paint.ts'

/** One thing that was looked at. */
export interface Examined {
  readonly name: string
  readonly ok: boolean
  /** What was found, or what is missing. */
  readonly found: string
  /** What to do about it. */
  readonly next?: string | undefined
}

/** Looks at one part of the installation; others add theirs. `repository`: the one that was asked about. */
export type Examine = (io: CliIo, repository: string | undefined) => Promise<readonly Examined[]>

/** `countersign doctor`: exits 1 when something is missing that is needed. */
export function registerDoctorWith(more: readonly Examine[] = []): RegisterCommand {
  return (program, io, done) => {
    program
      .command('doctor')
      .argument(
        '[repository]',
        'OWNER/REPO whose protection is looked at; absent: every one that is installed',
      )
      .description(
        'Looks at what Countersign needs: renderers, the jail, git, the server, and the protection of repositories.',
      )
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
      .action(async (repository: string | undefined, { format }: { format: 'text' | 'json' }) => {
        if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository))
          throw new AppError('usage', `"${repository}" is not a repository; write OWNER/REPO`)
        const examines: readonly Examine[] = [examineTools, ...more]
        const all = (await Promise.all(examines.map((examine) => examine(io, repository)))).flat()
        io.out(
          format === 'json' ? `${JSON.stringify({ version: 1, examined: all }, null, 2)}\n` : show(all, io),
        )
        done(all.every(({ ok }) => ok) ? 0 : 1)
      })
  }
}

export const registerDoctor: RegisterCommand = registerDoctorWith()

async function examineTools(io: CliIo): Promise<readonly Examined[]> {
  const [parts, git] = await Promise.all([composeLocal(io.settings), examineGit(io.settings)])
  const { tools, powers } = parts
  const install =
    'countersign tools puts kubectl and helm in place on linux x64; elsewhere install them and put them on PATH'
  const tool = (
    name: string,
    found: { file: string; version: string } | undefined,
    least: string,
  ): Examined =>
    found === undefined
      ? { name, ok: false, found: `none that is ${least} or newer`, next: install }
      : { name, ok: true, found: `${found.version}, ${found.file}` }
  return [
    tool('kustomize', tools.kustomize, '5.4'),
    tool('helm', tools.helm, '3.14'),
    ...(tools.ytt === undefined ? [] : [tool('ytt', tools.ytt, '0')]),
    git === undefined
      ? { name: 'git', ok: false, found: 'none on PATH', next: 'install git 2.38 or newer' }
      : { name: 'git', ok: true, found: git },
    powers.network === 'none'
      ? {
          name: 'jail',
          ok: true,
          found:
            'renderers keep the network: remote inputs are refused before rendering, nothing else stops them',
          next: 'allow user namespaces, or install bubblewrap',
        }
      : {
          name: 'jail',
          ok: true,
          found: `no network (${powers.network}); ${await visible(parts)}; limits on time, memory and output`,
        },
  ]
}

/** What a renderer can see of this machine. */
async function visible({ tools, canIsolate }: Awaited<ReturnType<typeof composeLocal>>): Promise<string> {
  const found = [tools.kustomize, tools.helm, tools.ytt].filter((tool) => tool !== undefined)
  const alone = await Promise.all(found.map((tool) => canIsolate(tool)))
  return alone.every(Boolean)
    ? 'of the files only the inputs to be seen'
    : 'files of this machine can be seen'
}

function show(all: readonly Examined[], io: CliIo): string {
  const paint = painter(io)
  const width = Math.max(...all.map(({ name }) => name.length))
  return all
    .flatMap(({ name, ok, found, next }) => [
      `${ok ? paint('green', 'ok') : paint('red', 'no')}  ${name.padEnd(width)}  ${found}\n`,
      ...(next === undefined ? [] : [`    ${' '.repeat(width)}  ${paint('dim', next)}\n`]),
    ])
    .join('')
}
