import fc from 'fast-check'

/** Something that happens while a merge is on its way. */
export type Race =
  | { readonly kind: 'approve' | 'dismiss' | 'object' | 'leave'; readonly who: Manager }
  | { readonly kind: 'push'; readonly who: 'mallory' | Manager; readonly differs: boolean }
  | { readonly kind: 'tighten' | 'retarget' }
  | { readonly kind: 'ask'; readonly who: Asker }

export type Manager = 'dana' | 'lee'
export type Asker = 'mallory' | 'alex'

/**
 * When it happens: before the merge is asked for, at once afterwards, or at a request that Countersign sends from then on: the n-th
 * time it reads the pull request, the n-th time it asks for people, or the merge itself, which waits meanwhile.
 */
export type Moment =
  'before' | 'after' | { readonly at: 'ReadPull' | 'ReadPeople' | 'merge'; readonly nth: number }

export interface Scenario {
  /** Who signed what is on the page before the merge is asked for. */
  readonly signed: readonly Manager[]
  /** Dana wrote a commit: she may not sign. */
  readonly danaContributes: boolean
  /** One after the other in the same instant. */
  readonly askers: readonly Asker[]
  readonly races: readonly { readonly race: Race; readonly moment: Moment }[]
  /** What happens to the deliveries from the first review on. */
  readonly deliveries: 'whole' | 'dropped' | 'doubled' | 'late' | 'reversed'
}

const manager = fc.constantFrom<Manager>('dana', 'lee')
const asker = fc.constantFrom<Asker>('mallory', 'alex')

const race: fc.Arbitrary<Race> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      who: fc.constantFrom('mallory' as const, 'mallory' as const, 'dana' as const),
      differs: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: manager }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('dismiss' as const, 'object' as const, 'approve' as const),
      who: manager,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('tighten' as const, 'retarget' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), who: asker }) },
)

const moment: fc.Arbitrary<Moment> = fc.oneof(
  fc.constant<Moment>('before'),
  fc.constant<Moment>('after'),
  fc.record({ at: fc.constant('ReadPull' as const), nth: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ at: fc.constant('ReadPeople' as const), nth: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ at: fc.constant('merge' as const), nth: fc.constant(1) }),
)

/** Most of these are signed and asked for, so that most come to a merge: what races, races with that. */
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  signed: fc.oneof(
    { weight: 8, arbitrary: fc.uniqueArray(manager, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  danaContributes: fc.oneof(
    { weight: 5, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  askers: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(asker) },
    { weight: 1, arbitrary: fc.tuple(asker, asker) },
  ),
  races: fc.array(fc.record({ race, moment }), { maxLength: 2 }),
  deliveries: fc.oneof(
    { weight: 3, arbitrary: fc.constant('whole' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'dropped' as const,
        'doubled' as const,
        'late' as const,
        'reversed' as const,
      ),
    },
  ),
})
