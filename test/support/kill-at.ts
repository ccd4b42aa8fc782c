import type { LocalGitHub } from '../../demo/github/local-github.ts'
import type { ServerProcess } from './server-process.ts'

/** Kills the server at the first request that matches, before GitHub does anything or after it did and the answer is lost; starts it again. */
export function killAt(
  github: LocalGitHub,
  server: ServerProcess,
  {
    method,
    path,
    moment,
  }: { readonly method: string; readonly path: RegExp; readonly moment: 'before' | 'after' },
): { readonly happened: Promise<void> } {
  let restarted: (() => void) | undefined
  const happened = new Promise<void>((resolve) => (restarted = resolve))
  github.faults.add({
    kind: moment === 'before' ? 'time-out' : 'aborted-body',
    afterwards: moment === 'after',
    when: (request) => {
      const matches =
        request.method === method && path.test(request.path.replace(/\?.*/, '')) && request.body !== undefined
      if (!matches) return false
      // Once GitHub has the request: at once it would not be carried out at all, which is the other moment.
      setTimeout(
        () => {
          server.kill()
          void server.start().then(restarted)
        },
        moment === 'before' ? 0 : 300,
      )
      return true
    },
  })
  return { happened }
}
