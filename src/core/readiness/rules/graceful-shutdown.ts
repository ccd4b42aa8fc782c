import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../../change/resource.ts'
import { mapOf, textsOf } from '../rendering/subject.ts'
import { defineRule, type Violation } from '../rule.ts'
import { lastingContainers, servedContainers } from './service-ports.ts'

export const gracefulShutdown = defineRule({
  id: 'graceful-shutdown',
  severity: 'advice',
  title: 'A served workload has time left to end after its preStop delay.',
  page: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  options: {
    'require-pre-stop': Type.Boolean({
      default: false,
      description: 'Whether a served container must have a preStop hook.',
      hint: 'true or false',
    }),
  },
  check: ({ workload }, { rendering }, options) => {
    if (workload === undefined || workload.borrowed || workload.runsOnce) return undefined
    const services = rendering.servicesOf(workload)
    if (services.length === 0) return undefined
    const { terminationGracePeriodSeconds } = workload.podSpec
    const grace = typeof terminationGracePeriodSeconds === 'number' ? terminationGracePeriodSeconds : 30
    const served = servedContainers(workload, services)
    return lastingContainers(workload).flatMap((container): readonly Violation[] => {
      const { name, path } = container
      const preStop = mapOf(mapOf(container.object.lifecycle).preStop)
      if (Object.keys(preStop).length === 0)
        return options['require-pre-stop'] && served.has(container)
          ? [
              {
                path: `${path}/lifecycle/preStop`,
                message: `container ${name} has no preStop hook: it gets requests while it ends`,
                fix: 'Wait until nobody sends more:\n\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5',
              },
            ]
          : []
      const delay = delayOf(preStop)
      if (delay === undefined || delay < grace) return []
      return [
        {
          path: `${path}/lifecycle/preStop`,
          message: `container ${name} waits ${delay} s before it ends and is killed after ${grace} s: it never ends by itself`,
          fix: `Give the pod more time:\n\n  terminationGracePeriodSeconds: ${Math.ceil(delay) + 30}`,
        },
      ]
    })
  },
})

/** Seconds that a hook waits: `sleep`, or a `sleep` command, in a shell too. Undefined: it does something else. */
function delayOf(preStop: JsonObject): number | undefined {
  const { seconds } = mapOf(preStop.sleep)
  if (typeof seconds === 'number') return seconds
  const command = textsOf(mapOf(preStop.exec).command).join(' ').slice(0, 10_000)
  const waits = [...command.matchAll(/(?:^|[\s;&|/])sleep\s+(\d{1,6}(?:\.\d{1,3})?)([smh]?)(?![\w.])/g)]
  if (waits.length === 0) return undefined
  return waits.reduce((sum, found) => sum + Number(found[1]) * (units[found[2] ?? ''] ?? 1), 0)
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }
