import { Option } from 'commander'
import type { Change } from '../core/change/change.ts'
import { compareRenderings } from '../core/change/compare-renderings.ts'
import { AppError } from '../errors.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { markdownResources } from './markdown-resources.ts'
import { painter } from './paint.ts'
import { readManifests } from './read-manifests.ts'
import { showResources } from './show-change.ts'

interface Options {
  readonly format: 'text' | 'json' | 'markdown'
  readonly withNoise?: boolean
}

/** Shared with `review`. */
export function withNoise(): Option {
  return new Option('--with-noise', 'show what is folded as noise too (labels of charts, checksums)')
}

/** `countersign diff BEFORE AFTER`: exits 0 without and 1 with differences, 2 for input that cannot be read. */
export const registerDiff: RegisterCommand = (program, io, done) => {
  program
    .command('diff')
    .description(
      'Semantic difference of two manifest files, directories or streams (- is standard input). A kustomization or chart is rendered.',
    )
    .argument('<before>', 'file, directory or -')
    .argument('<after>', 'file, directory or -')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addOption(withNoise())
    .action(async (before: string, after: string, { format, withNoise: all }: Options) => {
      if (before === '-' && after === '-') throw new AppError('usage', 'only one side can be standard input')
      const [from, to] = [await readManifests(before, io), await readManifests(after, io)]
      const change = compareRenderings(from, to, { fingerprintKey: await fingerprintKey(io.settings.home) })
      io.out(printChange(change, format, all === true, io))
      done(change.resources.length === 0 ? 0 : 1)
    })
}

/** A difference in words, the same wherever one is shown. */
export function printChange(change: Change, format: Options['format'], all: boolean, io: CliIo): string {
  if (format === 'json') return `${JSON.stringify({ version: 1, ...change }, null, 2)}\n`
  if (change.resources.length === 0) return 'No differences.\n'
  if (format === 'markdown') return `${markdownResources(change.resources, all)}\n`
  const count = change.resources.length
  return `${showResources(change.resources, painter(io), '', all)}\n${count} ${count === 1 ? 'resource' : 'resources'} · ${change.classes.join(', ')}\n`
}
