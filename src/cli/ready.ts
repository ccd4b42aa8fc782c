import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Option } from 'commander'
import { describeProblem, type Parsed } from '../core/problem.ts'
import { judgeRendering, type Judgement } from '../core/readiness/judge-rendering.ts'
import { newestKubernetes } from '../core/readiness/kubernetes-version.ts'
import { isFailing } from '../core/readiness/report-readiness.ts'
import { AppError } from '../errors.ts'
import { bounded } from '../pipeline/bounded.ts'
import { prepareChecklist, type ReadyChecklist } from '../pipeline/prepare-checklist.ts'
import { knownSchemas } from '../pipeline/known-schemas.ts'
import { shippedChecklist } from '../pipeline/load-checklist.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { checklistsAround, filesAround, repositoryRoot } from './checklist-files.ts'
import { printReady, readyFormats, type ReadyFormat } from './print-ready.ts'
import { readAllManifests } from './read-manifests.ts'

interface Options {
  readonly checklist: string
  readonly kubernetesVersion: string
  readonly format: ReadyFormat
}

/** `countersign ready`: exits 0 when nothing fails (advice does not), 1 with findings, 2 for input that cannot be read. */
export const registerReady: RegisterCommand = (program, io, done) => {
  program
    .command('ready')
    .description('Readiness of manifests, kustomizations and charts for production (- is standard input).')
    .argument('<path...>', 'files, directories or -; together they are one environment')
    .option('--checklist <name>', 'checklist by name, or a file', 'production')
    .option('--kubernetes-version <version>', 'the version that they are to run on', newestKubernetes)
    .addOption(new Option('--format <format>', 'how to print').choices(readyFormats).default('text'))
    .action(async (paths: readonly string[], options: Options) => {
      const kubernetes = versionOf(options.kubernetesVersion)
      const checklist = await readChecklist(options.checklist, io)
      const resources = await readAllManifests(paths, io)
      const judgement: Judgement = judgeRendering(resources, checklist.checklist, {
        protected: true,
        kubernetes,
        now: new Date().toISOString(),
        custom: checklist.custom,
        schemas: [...knownSchemas(resources), ...checklist.schemas],
        bounded,
      })
      refuseProblems(judgement)
      io.out(printReady(judgement, { resources: resources.length, format: options.format, io }))
      done(judgement.findings.some(isFailing) ? 1 : 0)
    })
}

function refuseProblems({ problems }: Judgement): void {
  if (problems.length > 0)
    throw new AppError('bad-input', `${problems.map(describeProblem).join('\n')}\nNothing was judged.`)
}

function versionOf(text: string): string {
  const found = /^v?(1\.\d{1,3})(?:\.\d+)?(?:[-+].*)?$/.exec(text)?.[1]
  if (found === undefined)
    throw new AppError('usage', `${text} is no version of Kubernetes; write one such as ${newestKubernetes}`)
  return found
}

/** A file when there is one of that name or the name looks like one; else a checklist of the repository, or a shipped one. */
async function readChecklist(name: string, io: CliIo): Promise<ReadyChecklist> {
  const place = resolve(io.cwd, name)
  const isFile = /[/\\]|\.(?:ya?ml|json)$/.test(name)
  const root = repositoryRoot(io.cwd)
  const folder = isFile ? dirname(place) : join(root ?? io.cwd, '.github/countersign/checklists')
  const read = checklistsAround(folder)
  const text = isFile
    ? { file: name, text: await readGivenFile(place, name) }
    : ((await read(name)) ?? shippedChecklist(name))
  if (text === undefined)
    throw new AppError(
      'bad-input',
      `there is no checklist ${name}; write baseline, production, or the path of a file`,
    )
  const prepared: Parsed<ReadyChecklist> = await prepareChecklist(
    text,
    read,
    filesAround(folder, root ?? io.cwd),
  )
  if (prepared.ok) return prepared.value
  throw new AppError('bad-input', `${prepared.problems.map(describeProblem).join('\n')}\nNothing was judged.`)
}

async function readGivenFile(place: string, name: string): Promise<string> {
  if (!existsSync(place)) throw new AppError('bad-input', `there is no checklist ${name}`)
  return readFile(place, 'utf8').catch((thrown: unknown) => {
    throw new AppError('bad-input', `${name} cannot be read`, { cause: thrown })
  })
}
