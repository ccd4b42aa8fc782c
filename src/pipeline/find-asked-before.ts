import type { PullKey, Store } from '../ports/store.ts'

/**
 * Pull requests whose merge somebody asked for before this one's, and that wait for the same deployment: in the order in which they were asked.
 * All that were asked where nobody asked for this one. It is shown, nothing is decided by it.
 */
export async function findAskedBefore(
  store: Pick<Store, 'openPulls' | 'mergeAsked' | 'readDecision'>,
  { repository, number }: { readonly repository: string; readonly number: number },
  environment: string,
): Promise<readonly number[]> {
  const own: PullKey = `${repository}#${number}` as PullKey
  const before = (await store.mergeAsked(own))?.at
  const found: { readonly number: number; readonly at: string }[] = []
  for (const { key, head } of await store.openPulls({ repository })) {
    const asked = key === own ? undefined : await store.mergeAsked(key)
    if (asked === undefined || asked.head !== head) continue
    if (before !== undefined && Date.parse(asked.at) >= Date.parse(before)) continue
    const decided = await store.readDecision(key)
    const waits = decided?.decision.environments.some(
      ({ name, reasons }) => name === environment && reasons.some(({ code }) => code === 'deploying'),
    )
    if (waits === true) found.push({ number: Number(key.split('#')[1]), at: asked.at })
  }
  return found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).map((each) => each.number)
}
