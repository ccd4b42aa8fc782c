import { Option } from 'commander'
import { composeStore } from '../compose-store.ts'
import { createAuditVerifier, type AuditProblem } from '../core/audit.ts'
import { compareDecisions, judgeAgain } from '../core/judge-again.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Parsed } from '../core/problem.ts'
import { explainDecision } from '../core/words/explain-decision.ts'
import { AppError } from '../errors.ts'
import type { DecisionRecord, PullKey, Store } from '../ports/store.ts'
import { readServerSettings } from '../settings.ts'
import { exportEvidence } from './export-evidence.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'

type OpenStore = () => Promise<Store>
type Format = 'text' | 'json'

/** `explain`, `replay`, `audit verify`, `audit export`: what the server recorded, read from its database. */
export function registerRecordWith(open: OpenStore): RegisterCommand {
  return (program, io, done) => {
    const format = (): Option =>
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')
    program
      .command('explain')
      .argument('<pull>', 'OWNER/REPO#NUMBER')
      .description('Prints a decision from the record: why a pull request was where it was.')
      .option('--at <time>', 'the decision that held at this time (ISO 8601); else the newest')
      .addOption(format())
      .action(async (pull: string, options: { at?: string; format: Format }) => {
        const key = pullKey(pull)
        const at = options.at === undefined ? undefined : instant(options.at)
        explain(key, await using(open, (store) => readDecision(store, key, at)), options.format, io)
        done(0)
      })
    program
      .command('replay')
      .argument('<pull>', 'OWNER/REPO#NUMBER')
      .description('Judges the recorded facts again with this version; exits 1 when it decides otherwise.')
      .option('--at <time>', 'the decision that held at this time (ISO 8601); else the newest')
      .addOption(format())
      .action(async (pull: string, options: { at?: string; format: Format }) => {
        const key = pullKey(pull)
        const at = options.at === undefined ? undefined : instant(options.at)
        done(
          replay(key, await using(open, (store) => readDecision(store, key, at)), options.format, io) ? 0 : 1,
        )
      })
    const audit = program
      .command('audit')
      .description('The audit trail: a chain in which each record holds the hash of the one before.')
    audit
      .command('verify')
      .description('Finds altered, missing and reordered records; exits 1 when there are any.')
      .option('--contains <hash>', 'a hash noted earlier, which finds an end that was cut off')
      .addOption(format())
      .action(async (options: { contains?: string; format: Format }) => {
        done((await using(open, (store) => verify(store, options, io))) ? 0 : 1)
      })
    audit
      .command('export')
      .description('Writes the records as JSON lines, or all that is kept about one pull request as JSON.')
      .option('--pull <pull>', 'the evidence of one pull request, OWNER/REPO#NUMBER')
      .action(async ({ pull }: { pull?: string }) => {
        await using(open, async (store) => {
          if (pull !== undefined) {
            io.out(`${JSON.stringify(await exportEvidence(store, pullKey(pull)), null, 2)}\n`)
            return
          }
          for await (const record of store.audit()) io.out(`${JSON.stringify(record)}\n`)
        })
        done(0)
      })
  }
}

export const registerRecord = registerRecordWith(() => composeStore(readServerSettings()))

async function using<Value>(open: OpenStore, work: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await open()
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

function pullKey(text: string): PullKey {
  if (!/^[\w.-]+\/[\w.-]+#[1-9]\d*$/.test(text))
    throw new AppError('usage', `"${text}" is not a pull request; write OWNER/REPO#NUMBER`)
  return text as PullKey
}

function instant(text: string): string {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new AppError('usage', `"${text}" is not a time; write 2026-03-02T12:00:00Z`)
  return new Date(at).toISOString()
}

async function readDecision(store: Store, key: PullKey, at: string | undefined): Promise<DecisionRecord> {
  const record = await store.readDecision(key, at)
  if (record !== undefined) return record
  const when = at === undefined ? '' : ` up to ${at}`
  throw new AppError('bad-input', `no decision on ${key}${when} is in the record`)
}

function explain(key: PullKey, record: DecisionRecord, format: Format, io: CliIo): void {
  const { at, policyHash, decision, facts } = record
  if (format === 'json') {
    io.out(`${JSON.stringify({ version: 1, pull: key, at, policy: policyHash, facts, decision }, null, 2)}\n`)
    return
  }
  io.out(
    [`${key}, decided ${at} under policy ${policyHash}`, '', ...explainDecision(decision), ''].join('\n'),
  )
}

function replay(key: PullKey, record: DecisionRecord, format: Format, io: CliIo): boolean {
  if (record.policy === undefined)
    throw new AppError(
      'bad-input',
      `the policy of the decision on ${key} (${record.policyHash}) was not kept`,
    )
  const decision = judgeAgain(record.policy as Parsed<Policy> | 'absent', record.facts)
  const differences = compareDecisions(record.decision, decision)
  const { at } = record
  if (format === 'json')
    io.out(`${JSON.stringify({ version: 1, pull: key, at, differences, decision }, null, 2)}\n`)
  else if (differences.length === 0) io.out(`${key}: this version decides as it was decided on ${at}.\n`)
  else {
    const lines = differences.map(({ path, then, now }) => `  ${path}: then ${then}, now ${now}\n`)
    io.out(`${key}: this version decides otherwise than on ${at}:\n${lines.join('')}`)
  }
  return differences.length === 0
}

async function verify(
  store: Store,
  { contains, format }: { contains?: string; format: Format },
  io: CliIo,
): Promise<boolean> {
  const verifier = createAuditVerifier()
  const problems: AuditProblem[] = []
  let found = contains === undefined
  for await (const row of store.auditRows()) {
    const problem = verifier.take(row)
    if (problem !== undefined) problems.push(problem)
    found ||= row.hash === contains
  }
  const { count, hash } = verifier.last()
  const sound = problems.length === 0 && found
  if (format === 'json') {
    io.out(
      `${JSON.stringify({ version: 1, records: count, last: hash, sound, problems, contains: found }, null, 2)}\n`,
    )
    return sound
  }
  for (const { sentence } of problems) io.out(`${sentence}\n`)
  if (!found)
    io.out(
      `no record has the hash ${contains ?? ''}: the end of the chain was cut off, or it was written anew\n`,
    )
  if (sound)
    io.out(
      `${count} records, unbroken. The last hash is ${hash || 'none'}; keep it elsewhere and give it to --contains.\n`,
    )
  return sound
}
