import { viewSelf, viewUser } from '../views/accounts.ts'
import { beyondPermissions, notFound, Refusal } from '../world/refusal.ts'
import { ok, route, type Route } from './route.ts'

export const meta: readonly Route[] = [
  route('GET', '/meta', () => ok({ verifiable_password_authentication: true })),
  route('GET', '/user', (call) => {
    if (call.actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication')
    if (call.actor.kind !== 'person') throw beyondPermissions()
    return ok(viewSelf(call.world, call.actor.account))
  }),
  route('GET', '/users/{username}', (call) => {
    const account = call.world.account(call.params.username ?? '')
    if (account === undefined) throw notFound()
    return ok(viewUser(call.world, account))
  }),
]
