import type { Decision } from '../core/decision.ts'
import type { DuePull } from '../ports/queue.ts'
import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'

/** What passes with time alone: whoever waits for nothing else is in line. */
const passing: readonly string[] = ['window', 'frozen', 'deploying', 'soak']
/** For so long the ones before are let go first; then nobody waits for one that does not move. */
const patienceMs = 20_000
const againMs = 3_000

/** When each head began to let others go first; of this process only: at worst somebody waits once more. */
const waiting = new WeakMap<PipelineDeps, Map<string, number>>()

/**
 * Merges that were held up together go in the order in which they were asked: true where somebody asked before, for an environment that this one
 * reaches too, and waits for nothing but time. Those are judged now, and this one in a moment.
 */
export async function letEarlierGo(deps: PipelineDeps, due: DuePull, decision: Decision): Promise<boolean> {
  const asked = await deps.store.mergeAsked(due.key)
  if (asked === undefined) return false
  const since = waiting.get(deps) ?? new Map<string, number>()
  waiting.set(deps, since)
  const own = `${due.key} ${decision.head}`
  const now = deps.now().getTime()
  const began = since.get(own) ?? now
  if (now - began > patienceMs) return false
  const earlier = await findEarlier(deps, due.key, Date.parse(asked.at), affected(decision))
  if (earlier.length === 0) {
    since.delete(own)
    return false
  }
  since.set(own, began)
  for (const each of earlier) await deps.queue.markDue(each)
  await deps.queue.markDueAt(due, new Date(now + againMs).toISOString())
  deps.log.info({ pull: due.key, before: earlier.map(({ key }) => key) }, 'merges asked before go first')
  return true
}

async function findEarlier(
  deps: PipelineDeps,
  own: PullKey,
  askedAt: number,
  environments: readonly string[],
): Promise<readonly DuePull[]> {
  const repository = own.slice(0, own.indexOf('#'))
  const found: DuePull[] = []
  for (const { key, head, installation } of await deps.store.openPulls({ repository })) {
    const asked = key === own ? undefined : await deps.store.mergeAsked(key)
    if (asked === undefined || asked.head !== head || Date.parse(asked.at) >= askedAt) continue
    const decided = (await deps.store.readDecision(key))?.decision
    if (decided === undefined || decided.head !== head || !isInLine(decided)) continue
    if (affected(decided).some((name) => environments.includes(name))) found.push({ key, installation })
  }
  return found
}

function isInLine({ verdict, reasons, environments }: Decision): boolean {
  if (verdict !== 'ready' && verdict !== 'waiting') return false
  const all = [...reasons, ...environments.flatMap((each) => each.reasons)]
  return all.every(({ code }) => passing.includes(code))
}

function affected({ environments }: Decision): readonly string[] {
  return environments.filter(({ verdict }) => verdict !== 'unaffected').map(({ name }) => name)
}
