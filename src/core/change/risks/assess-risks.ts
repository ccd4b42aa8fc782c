import type { Risk } from '../change.ts'
import { availabilityRisks } from './availability.ts'
import { dataLossRisks } from './data-loss.ts'
import { definitionRisks } from './definitions.ts'
import { exposureRisks } from './exposure.ts'
import { gitopsRisks } from './gitops.ts'
import { identityRisks } from './identity.ts'
import { imageRisks } from './images.ts'
import { immutableFieldRisks } from './immutable-fields.ts'
import { permissionRisks } from './permissions.ts'
import type { RiskRule, RiskSubject } from './subject.ts'

const rules: readonly RiskRule[] = [
  dataLossRisks,
  immutableFieldRisks,
  identityRisks,
  availabilityRisks,
  exposureRisks,
  permissionRisks,
  definitionRisks,
  gitopsRisks,
  imageRisks,
]

const weights = { danger: 0, warning: 1, advice: 2 } as const

/** Every risk of one resource's change, the worst first. */
export function assessRisks(subject: RiskSubject): readonly Risk[] {
  return rules
    .flatMap((rule) => rule(subject))
    .sort((a, b) => weights[a.severity] - weights[b.severity] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}
