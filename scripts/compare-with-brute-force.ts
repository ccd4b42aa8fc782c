import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { composeLocal } from '../src/compose.ts'
import { readSettings } from '../src/settings.ts'
import { takeChange } from '../src/pipeline/take-change.ts'
import { bruteForce, type Rendering } from './brute-force/render-everything.ts'
import { compareTargets, type Verdict } from './brute-force/compare-targets.ts'
import { git } from './brute-force/git.ts'

const usage = 'node scripts/compare-with-brute-force.ts REPOSITORY [--last N] [--quiet]\n'

/**
 * For each of the last commits of a repository: every directory that can be rendered is rendered on both sides with the plain tools, and
 * affected targets and changed resources are compared with what Countersign finds. Exits 1 where anything is different and not explained.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { last: { type: 'string', default: '100' }, quiet: { type: 'boolean', default: false } },
  })
  const [directory] = positionals
  if (directory === undefined || !/^\d+$/.test(values.last)) {
    process.stderr.write(usage)
    return 2
  }
  const repository = resolve(directory)
  const home = mkdtempSync(join(tmpdir(), 'countersign-brute-force-'))
  try {
    const parts = await composeLocal({ ...readSettings(), home })
    const opened = await parts.openRepository(repository)
    const commits = git(repository, 'rev-list', '--topo-order', `--max-count=${values.last}`, 'HEAD')
      .split('\n')
      .map((commit) => [git(repository, 'rev-parse', '--verify', '--quiet', `${commit}^1`, '--'), commit])
    const total = { commits: 0, targets: 0, affected: 0, resources: 0, explained: 0, different: 0 }
    const rendered = new Map<string, Promise<Rendering>>()
    const renderingOf = (commit: string): Promise<Rendering> => {
      const known = rendered.get(commit) ?? bruteForce(repository, commit, parts.tools)
      rendered.set(commit, known)
      return known
    }
    for (const [base = '', head = ''] of commits) {
      if (base === '') continue
      const before = await renderingOf(base)
      const after = await renderingOf(head)
      const [found] = await takeChange(
        { ...parts, repository: opened, fingerprintKey: 'brute force' },
        { base, head, environments: [{ name: 'all', targets: ['**', '.'] }] },
      )
      const verdict: Verdict = compareTargets(before, after, found?.targets ?? [])
      total.commits++
      total.targets += verdict.targets
      total.affected += verdict.affected
      total.resources += verdict.resources
      total.explained += verdict.explained.length
      total.different += verdict.different.length
      const counts = `${verdict.affected} of ${verdict.targets} targets, ${verdict.resources} resources`
      if (!values.quiet || verdict.different.length > 0)
        process.stdout.write(`${head.slice(0, 10)}  ${counts}\n`)
      for (const words of verdict.explained)
        if (!values.quiet) process.stdout.write(`  explained: ${words}\n`)
      for (const words of verdict.different) process.stdout.write(`  DIFFERENT: ${words}\n`)
    }
    process.stdout.write(
      `${total.commits} commits, ${total.targets} targets compared, ${total.affected} affected, ${total.resources} changed resources; ${total.explained} explained, ${total.different} different\n`,
    )
    return total.different === 0 ? 0 : 1
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

process.exitCode = await main()
