import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { Player } from '../support/interleaving/play.ts'
import { scenario, type Scenario } from '../support/interleaving/scenario.ts'
import { startPostgres } from '../support/postgres.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

/**
 * Whatever happens in whatever order around a merge, and whatever GitHub tells Countersign of it late, twice, in reverse or never:
 * nothing is merged that was not signed. `INTERLEAVINGS=1000` plays as many; `SEED=…` plays the same scenarios again.
 */
const runs = Number(process.env.INTERLEAVINGS ?? 12)
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
/** Most of a play is waiting, so several are played at a time, and the database is a process of its own. */
const players = 4

let journey: Journey
let postgres: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  postgres = await startPostgres()
  journey = await startJourney({
    files: await sampleWithoutChecklist(),
    databaseUrl: postgres.url,
    limits: { core: 10_000_000, graphql: 10_000_000 },
  })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  await postgres.stop()
  expect(violations).toEqual([])
})

const plain: Scenario = {
  signed: ['dana'],
  danaContributes: false,
  askers: ['mallory'],
  races: [],
  deliveries: 'whole',
}

describe('random interleavings', () => {
  it(
    `merge nothing that nobody signed, in ${runs} of them`,
    { timeout: Math.max(150_000, runs * 10_000) },
    async () => {
      const scenarios = [plain, ...fc.sample(scenario, { numRuns: runs - 1, seed })].entries()
      const started = Date.now()
      const wrong: string[] = []
      let played = 0
      let merged = 0
      const playAll = async (name: string): Promise<void> => {
        const player = await Player.start(journey, name)
        for (const [index, each] of scenarios) {
          const { merged: isMerged, wrongs } = await player.play(each)
          played += 1
          if (played % 50 === 0) process.stderr.write(`interleavings: ${played} played, ${merged} merged\n`)
          if (isMerged) merged += 1
          else if (each === plain) wrong.push('the plain journey was not merged')
          wrong.push(...wrongs.map((words) => `${index}: ${words} after ${JSON.stringify(each)}`))
        }
      }
      await Promise.all(Array.from({ length: players }, (_, index) => playAll(`play-${index}`)))
      const seconds = Math.round((Date.now() - started) / 1000)
      process.stderr.write(`interleavings: seed ${seed}, ${played} played, ${merged} merged, ${seconds} s\n`)
      expect(wrong, `SEED=${seed}`).toEqual([])
      expect(played).toBe(runs)
      // A witness that sees few merges proves little.
      expect(merged).toBeGreaterThan(played / 6)
    },
  )
})
