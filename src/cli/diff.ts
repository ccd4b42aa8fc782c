import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import type { Change } from '../core/change/change.ts'
import { compareRenderings } from '../core/change/compare-renderings.ts'
import { parseManifests } from '../core/change/parse-manifests.ts'
import type { Resource } from '../core/change/resource.ts'
import { describeProblem } from '../core/problem.ts'
import { AppError } from '../errors.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { markdownResources } from './markdown-resources.ts'
import { painter } from './paint.ts'
import { showResources } from './show-change.ts'

/** `countersign diff BEFORE AFTER`: exits 0 without and 1 with differences, 2 for input that cannot be read. */
export const registerDiff: RegisterCommand = (program, io, done) => {
  program
    .command('diff')
    .description('Semantic difference of two manifest files, directories or streams (- is standard input).')
    .argument('<before>', 'file, directory or -')
    .argument('<after>', 'file, directory or -')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
    )
    .action(async (before: string, after: string, { format }: { format: 'text' | 'json' | 'markdown' }) => {
      if (before === '-' && after === '-') throw new AppError('usage', 'only one side can be standard input')
      const [from, to] = [await readSide(before, io), await readSide(after, io)]
      const change = compareRenderings(from, to, { fingerprintKey: await fingerprintKey(io.settings.home) })
      io.out(print(change, format, io))
      done(change.resources.length === 0 ? 0 : 1)
    })
}

function print(change: Change, format: 'text' | 'json' | 'markdown', io: CliIo): string {
  if (format === 'json') return `${JSON.stringify({ version: 1, ...change }, null, 2)}\n`
  if (change.resources.length === 0) return 'No differences.\n'
  if (format === 'markdown') return `${markdownResources(change.resources)}\n`
  const count = change.resources.length
  return `${showResources(change.resources, painter(io))}\n${count} ${count === 1 ? 'resource' : 'resources'} · ${change.classes.join(', ')}\n`
}

/** Every manifest below a directory; files that hold no Kubernetes objects are passed over there, and only there. */
async function readSide(name: string, io: CliIo): Promise<readonly Resource[]> {
  if (name === '-') return parse(await io.readStdin(), 'standard input', 'refuse')
  const place = resolve(io.cwd, name)
  const found = await stat(place).catch(() => undefined)
  if (found === undefined) throw new AppError('bad-input', `${name} does not exist`)
  if (!found.isDirectory()) return parse(await readText(place, name), name, 'refuse')
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const sides = await Promise.all(
    files.map(async (file) => {
      const shown = join(name, file.slice(place.length + 1))
      return parse(await readText(file, shown), shown, 'skip')
    }),
  )
  return sides.flat()
}

async function readText(file: string, shown: string): Promise<string> {
  return readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('bad-input', `${shown} cannot be read`, { cause: thrown })
  })
}

function parse(text: string, file: string, foreign: 'refuse' | 'skip'): readonly Resource[] {
  const parsed = parseManifests(text, { file, foreign })
  if (parsed.ok) return parsed.value
  throw new AppError('bad-input', parsed.problems.map(describeProblem).join('\n'))
}
