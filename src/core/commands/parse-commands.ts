import { editDistance } from '../policy/suggest.ts'
import { proseLines } from './prose-lines.ts'

/** A slash command as a person wrote it. */
export type Command =
  | { readonly kind: 'merge' }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'unhold' }
  /** Who is to be asked, lower case, without `@`; nobody named: who is still missing. */
  | { readonly kind: 'request'; readonly logins: readonly string[]; readonly teams: readonly string[] }
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'freeze'
      readonly environment: string
      /** As written; undefined: until somebody ends it. */
      readonly until: string | undefined
      readonly reason: string
    }
  | { readonly kind: 'unfreeze'; readonly environment: string }
  | { readonly kind: 'break-glass'; readonly environment: string; readonly reason: string }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'promote'; readonly environment: string }
  | { readonly kind: 'rollback'; readonly reason: string }
  | { readonly kind: 'release' }
  /** `/promote canary`, `/rollback canary`: for a canary that Flagger or Argo Rollouts moves; nobody named: whichever there is. */
  | { readonly kind: 'canary'; readonly gate: 'promote' | 'rollback'; readonly name: string | undefined }
  /** Signs a manual item of the checklist. */
  | { readonly kind: 'attest'; readonly item: string; readonly note: string }
  | { readonly kind: 'unattest'; readonly item: string }
  | {
      readonly kind: 'waive'
      readonly rule: string
      /** `Kind/name`; undefined: every resource of the environment. */
      readonly resource: string | undefined
      /** As written. */
      readonly until: string
      readonly reason: string
    }
  | { readonly kind: 'unwaive'; readonly rule: string; readonly resource: string | undefined }
  | { readonly kind: 'status' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'help' }
  /** `/approve`, `/lgtm`: answered with how to approve. */
  | { readonly kind: 'approve' }
  /** A command whose words are not those it takes. `problem` is a sentence; `usage` the line of `/help`. */
  | { readonly kind: 'misused'; readonly word: string; readonly problem: string; readonly usage: string }
  | { readonly kind: 'unknown'; readonly word: string; readonly suggestion: string | undefined }

/** Every command with its usage, in the order of `/help`. */
export const usages = {
  merge: '`/merge`: merge as soon as every gate is satisfied; stays asked until the head changes',
  hold: '`/hold [reason]`: keep it from merging',
  unhold: '`/unhold`: lift the hold',
  request: '`/request [@user or @org/team ...]`: ask for reviews; without names those who are still missing',
  cancel: '`/cancel`: withdraw `/merge` and the requests for reviews',
  freeze:
    '`/freeze <environment> [until <time>] because <reason>`: nothing merges into the environment; needs maintain',
  unfreeze: '`/unfreeze <environment>`: end the freeze; needs maintain',
  'break-glass':
    '`/break-glass <environment> because <reason>`: ask for an emergency merge, past missing signatures and closed windows',
  confirm: '`/confirm`: agree to the emergency merge that somebody else asked for',
  attest: '`/attest <item> [note]`: sign a manual item of the checklist for this change',
  unattest: '`/unattest <item>`: take a signature back',
  waive:
    '`/waive <rule> [Kind/name] until <date> because <reason>`: accept findings of a rule in the environments that this reaches',
  unwaive: '`/unwaive <rule> [Kind/name]`: end a waiver that was given by `/waive`',
  promote:
    '`/promote <environment>`: open the pull request that promotes this merged change; `/promote canary [name]`: let a waiting canary on',
  rollback:
    '`/rollback [because <reason>]`: open the pull request that takes this merged change back; `/rollback canary [name]`: end a canary',
  release: '`/release`: let what was taken back be promoted again',
  status: '`/status`: why it is where it is, slot by slot',
  retry: '`/retry`: judge again now',
  help: '`/help`: these commands',
} as const satisfies Record<string, string>

type Word = keyof typeof usages

/** Commands of one comment beyond these are not read. */
const commandsPerComment = 10
/** People and teams that one `/request` may name. */
const namesPerRequest = 10

/** Cheap test before anything is queued: some line starts with a slash and a letter. */
export function mightBeCommand(body: string): boolean {
  return /^\/[a-z]/im.test(body)
}

/**
 * The commands of a comment: `/word` at the very start of a line of prose, followed by white space or the line's end. Paths
 * (`/usr/bin`), look-alike characters and indented lines are prose. At most ten, in order.
 */
export function parseCommands(body: string): readonly Command[] {
  const commands: Command[] = []
  for (const line of proseLines(body)) {
    const match = /^\/([a-z][a-z-]{0,40})(?:[ \t]+(.*))?$/i.exec(line)
    if (match === null) continue
    commands.push(toCommand((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim()))
    if (commands.length === commandsPerComment) break
  }
  return commands
}

function toCommand(word: string, rest: string): Command {
  switch (word) {
    case 'hold':
      return { kind: 'hold', reason: rest }
    case 'request':
      return toRequest(rest)
    case 'freeze':
      return toFreeze(rest)
    case 'break-glass':
      return toBreakGlass(rest)
    case 'attest':
    case 'unattest':
      return toAttest(word, rest)
    case 'waive':
      return toWaive(rest)
    case 'unwaive':
      return toUnwaive(rest)
    case 'promote':
      return toPromote(rest)
    case 'rollback':
      return toRollback(rest)
    case 'unfreeze':
      return /^\S+$/.test(rest)
        ? { kind: 'unfreeze', environment: rest }
        : misused('unfreeze', '`/unfreeze` takes the name of one environment.')
    case 'merge':
    case 'unhold':
    case 'cancel':
    case 'confirm':
    case 'release':
    case 'status':
    case 'retry':
    case 'help':
      return rest === '' ? { kind: word } : misused(word, `\`/${word}\` stands alone on its line.`)
    case 'approve':
    case 'lgtm':
      return { kind: 'approve' }
    default:
      return { kind: 'unknown', word, suggestion: nearest(word) }
  }
}

function toCanary(gate: 'promote' | 'rollback', rest: string): Command | undefined {
  const match = /^canary(?:[ \t]+([a-z0-9][a-z0-9.-]{0,252}))?$/i.exec(rest)
  return match === null ? undefined : { kind: 'canary', gate, name: match[1]?.toLowerCase() }
}

function toPromote(rest: string): Command {
  const canary = toCanary('promote', rest)
  if (canary !== undefined) return canary
  return /^\S+$/.test(rest)
    ? { kind: 'promote', environment: rest }
    : misused('promote', '`/promote` takes the environment to promote to: `/promote production`.')
}

function toRollback(rest: string): Command {
  const canary = toCanary('rollback', rest)
  if (canary !== undefined) return canary
  const { before, reason } = splitReason(rest)
  return before === ''
    ? { kind: 'rollback', reason }
    : misused('rollback', '`/rollback` takes a reason after `because`, or nothing.')
}

function misused(word: Word, problem: string): Command {
  return { kind: 'misused', word, problem, usage: usages[word] }
}

const loginPattern = /^@([a-z0-9](?:[a-z0-9_-]{0,60}[a-z0-9])?)$/
const teamPattern = /^@([a-z0-9][a-z0-9_-]{0,60}\/[a-z0-9._-]{1,100})$/

function toRequest(rest: string): Command {
  const words = rest
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  const logins = words.flatMap((word) => loginPattern.exec(word)?.[1] ?? [])
  const teams = words.flatMap((word) => teamPattern.exec(word)?.[1] ?? [])
  if (logins.length + teams.length < words.length || words.length > namesPerRequest)
    return misused('request', `\`/request\` takes up to ${namesPerRequest} names such as @user or @org/team.`)
  return { kind: 'request', logins: [...new Set(logins)], teams: [...new Set(teams)] }
}

function toFreeze(rest: string): Command {
  const { before, reason } = splitReason(rest)
  if (reason === '')
    return misused(
      'freeze',
      'A freeze needs a reason, so that everybody it stops can read it: `/freeze production until 18:00 because database migration`.',
    )
  const match = /^(\S+)(?:[ \t]+until[ \t]+(.+))?$/i.exec(before)
  if (match === null)
    return misused('freeze', '`/freeze` takes one environment, and after `until` when it ends.')
  return { kind: 'freeze', environment: match[1] ?? '', until: match[2]?.trim(), reason }
}

function toBreakGlass(rest: string): Command {
  const { before, reason } = splitReason(rest)
  if (reason === '')
    return misused(
      'break-glass',
      'An emergency merge needs a reason, for whoever reviews it afterwards: `/break-glass production because checkout is down`.',
    )
  if (!/^\S+$/.test(before))
    return misused('break-glass', '`/break-glass` takes the name of one environment.')
  return { kind: 'break-glass', environment: before, reason }
}

function toAttest(word: 'attest' | 'unattest', rest: string): Command {
  const match = /^([a-z0-9][a-z0-9-]{0,62})(?:[ \t]+(.*))?$/i.exec(rest)
  const [item, note] = [(match?.[1] ?? '').toLowerCase(), (match?.[2] ?? '').trim().slice(0, 500)]
  if (item === '' || (word === 'unattest' && note !== ''))
    return misused(word, `\`/${word}\` takes the id of one manual item of the checklist.`)
  return word === 'attest' ? { kind: word, item, note } : { kind: word, item }
}

const covered = /^([a-z0-9][a-z0-9./-]{0,99})(?:[ \t]+([A-Za-z0-9]{1,63}\/[^/\s]{1,253}))?$/i

function toWaive(rest: string): Command {
  const { before, reason } = splitReason(rest)
  if (reason === '')
    return misused(
      'waive',
      'A waiver needs a reason, for whoever meets it later: `/waive replicas Deployment/worker until 2027-01-31 because single writer`.',
    )
  const match = /^(.*?)[ \t]+until[ \t]+(\S+)$/i.exec(before)
  const what = covered.exec(match?.[1] ?? '')
  if (match === null || what === null)
    return misused(
      'waive',
      '`/waive` takes one rule, one resource as `Kind/name` or none, and the last day after `until`.',
    )
  return {
    kind: 'waive',
    rule: (what[1] ?? '').toLowerCase(),
    resource: what[2],
    until: match[2] ?? '',
    reason,
  }
}

function toUnwaive(rest: string): Command {
  const what = covered.exec(rest)
  if (what === null)
    return misused('unwaive', '`/unwaive` takes one rule, and one resource as `Kind/name` or none.')
  return { kind: 'unwaive', rule: (what[1] ?? '').toLowerCase(), resource: what[2] }
}

/** What stands before the first `because`, and the reason after it (at most 500 characters). */
function splitReason(rest: string): { readonly before: string; readonly reason: string } {
  const match = /(?:^|[ \t])because(?:[ \t]+|$)/i.exec(rest)
  if (match === null) return { before: rest, reason: '' }
  return {
    before: rest.slice(0, match.index).trim(),
    reason: rest
      .slice(match.index + match[0].length)
      .trim()
      .slice(0, 500),
  }
}

/** The command that was probably meant: at most two edits away. */
function nearest(word: string): Word | undefined {
  const distances = (Object.keys(usages) as Word[]).map((known) => ({
    known,
    distance: editDistance(word, known),
  }))
  const best = distances.toSorted((a, b) => a.distance - b.distance)[0]
  return best !== undefined && best.distance <= 2 && best.distance < best.known.length - 1
    ? best.known
    : undefined
}
