import { createVerify } from 'node:crypto'
import type { Actor } from '../world/model.ts'
import { Refusal } from '../world/refusal.ts'
import type { World } from '../world/world.ts'

const bad = (message = 'Bad credentials'): Refusal => new Refusal(401, message)

function decode(part: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>
  } catch {
    throw bad('A JSON web token could not be decoded')
  }
}

/** An App says who it is with a JWT signed by its private key (RS256), valid for ten minutes at most. */
function readJwt(world: World, token: string): Actor {
  const [header, payload, signature = ''] = token.split('.')
  const claims = decode(payload)
  if (decode(header).alg !== 'RS256') throw bad('A JSON web token could not be decoded')
  const app = world.apps.get(Number(claims.iss))
  if (app === undefined) throw bad("'Issuer' claim ('iss') must be an Integer")
  const verify = createVerify('RSA-SHA256').update(`${header ?? ''}.${payload ?? ''}`)
  if (!verify.verify(app.publicKey, signature, 'base64url'))
    throw bad('A JSON web token could not be decoded')
  const now = world.clock().getTime() / 1000
  const issued = Number(claims.iat)
  const expires = Number(claims.exp)
  if (!(expires > now))
    throw bad(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  if (!(expires - now <= 660)) throw bad("'Expiration time' claim ('exp') is too far in the future")
  if (!(issued <= now + 60))
    throw bad(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  return { kind: 'app', app }
}

export function actorOfToken(world: World, token: string): Actor {
  if (token.split('.').length === 3) return readJwt(world, token)
  const known = world.tokens.get(token)
  if (known === undefined) throw bad()
  if (known.expiresAt !== null && known.expiresAt <= world.clock().getTime()) throw bad()
  const { actor } = known
  if (actor.kind === 'installation' && actor.installation.suspendedAt !== null)
    throw new Refusal(403, 'This installation has been suspended')
  if (actor.kind === 'installation' && !world.installations.has(actor.installation.id)) throw bad()
  return actor
}

/** Reads `token x`, `Bearer x` or, as git sends it, basic with the token as the password. No header: anonymous. */
export function authenticate(world: World, header: string | undefined): Actor {
  if (header === undefined || header === '') return { kind: 'anonymous' }
  const [scheme = '', value = ''] = header.split(' ')
  if (/^(token|bearer)$/i.test(scheme)) return actorOfToken(world, value)
  if (!/^basic$/i.test(scheme)) throw bad()
  const [user = '', password = ''] = Buffer.from(value, 'base64').toString().split(':')
  return actorOfToken(world, password === '' || password === 'x-oauth-basic' ? user : password)
}
