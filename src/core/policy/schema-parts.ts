import { Type, type TSchema } from '@sinclair/typebox'

/** What the schemas of the policy file are made of. `hint` completes "write …" in a problem. */

export const name = '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$'
export const login = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\\[bot\\])?'
const slug = '[A-Za-z0-9_.-]{1,100}'
export const permissionLevels = ['read', 'triage', 'write', 'maintain', 'admin'] as const

export function oneOf<const Values extends readonly string[]>(
  values: Values,
  description: string,
): ReturnType<typeof Type.Unsafe<Values[number]>> {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: values, description })
}

export function map<Properties extends Record<string, TSchema>>(
  properties: Properties,
  description: string,
): ReturnType<typeof Type.Object<Properties>> {
  return Type.Object(properties, { additionalProperties: false, description, hint: 'a map' })
}

export const Duration = (description: string): ReturnType<typeof Type.String> =>
  Type.String({
    pattern: '^(?=.)(?:\\d{1,6}d)?(?:\\d{1,6}h)?(?:\\d{1,6}m)?(?:\\d{1,6}s)?$',
    description,
    hint: 'a duration such as 30m, 72h or 7d',
  })

export const Name = (description: string, hint: string): ReturnType<typeof Type.String> =>
  Type.String({ pattern: name, description, hint })

export const From = Type.Array(
  Type.String({
    pattern: `^(?:team:${slug}/${slug}|group:${name.slice(1, -1)}|user:${login}|permission:(?:${permissionLevels.join('|')}))$`,
    hint: `team:<organisation>/<team>, group:<name>, user:<login> or permission:<${permissionLevels.join('|')}>`,
  }),
  {
    description:
      'Who may sign: `team:<organisation>/<team>` (members of its child teams too), `group:<name>` of this file, `user:<login>`, or `permission:<level>` for everybody with that permission or a higher one. Whoever signs needs write permission as well.',
    hint: 'a list such as [team:acme/release, user:carol]',
    maxItems: 100,
  },
)

export const Count = Type.Integer({
  minimum: 0,
  maximum: 10,
  default: 1,
  description: 'How many people must approve. 0 says that these changes need no signature.',
  hint: 'a number from 0 to 10',
})
