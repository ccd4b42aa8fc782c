import { isAllowedRemote } from './allowed-remotes.ts'
import type { NodeBuilder, Place } from './node-builder.ts'
import { readRemoteBase } from './remote-base.ts'
import { mountPath } from './remote-mount.ts'
import { remoteHost, withoutCredentials } from './remote-reference.ts'
import { resolvePath } from './resolve-path.ts'

/**
 * A directory of a repository elsewhere: a child where it is laid out here, a failure where it may not be fetched or could not be.
 * False: the reference is none of these, or leads to something in this tree.
 */
export function describeRemote(builder: NodeBuilder, reference: string, place: Place): boolean {
  const host = remoteHost(reference)
  if (host === undefined || isLocal(builder, reference)) return false
  const shown = withoutCredentials(reference)
  const reading = readRemoteBase(reference)
  const where = reading.ok ? reading.base : reading.place
  const refuse = (code: string, why: string): true => {
    builder.fail(code, why, place, reference)
    return true
  }
  if (where !== undefined && !isAllowedRemote(builder.remotes?.allowed ?? [], where))
    return refuse(
      'remote-refused',
      `${shown} would be fetched from ${host}; that is not allowed here: copy it into the repository, or ask the operator to allow it (ALLOWED_REMOTES)`,
    )
  if (!reading.ok) return refuse('remote-refused', `${shown} would be fetched from ${host}; ${reading.why}`)
  const { base } = reading
  const mount = builder.remotes?.find(base)
  // It is asked for, and this node described once more.
  if (mount === undefined) return true
  if (!mount.ok) return refuse(mount.code, `${shown}: ${mount.message}`)
  const found = resolvePath(mount.tree, mountPath(base), base.path, builder.read)
  if (found.kind === 'unread') return true
  if (found.kind === 'outside')
    return refuse('input-refused', `${shown} leads out of its repository; nothing outside it is read`)
  if (found.kind !== 'directory')
    return refuse('render-failed', `${shown} is no directory of that repository at that commit`)
  for (const link of found.via) builder.addInput(link)
  builder.addMounted(reference, found.path)
  return true
}

/** An address with a scheme is never a path to kustomize, whatever lies in this tree. */
function isLocal(builder: NodeBuilder, reference: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:[:/]/i.test(reference.trim())) return false
  const { kind } = resolvePath(builder.tree, builder.name.path, reference, builder.read)
  return kind !== 'missing' && kind !== 'outside'
}
