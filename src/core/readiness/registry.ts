import { alertRunbook } from './rules/alert-runbook.ts'
import { apiDeprecated } from './rules/api-deprecated.ts'
import { apiRemoved } from './rules/api-removed.ts'
import { capabilities } from './rules/capabilities.ts'
import { configReload } from './rules/config-reload.ts'
import { cpuLimit } from './rules/cpu-limit.ts'
import { cpuRequest } from './rules/cpu-request.ts'
import { cronjobConcurrency } from './rules/cronjob-concurrency.ts'
import { cronjobDeadline } from './rules/cronjob-deadline.ts'
import { envDuplicate } from './rules/env-duplicate.ts'
import { envReference } from './rules/env-reference.ts'
import { ephemeralStorage } from './rules/ephemeral-storage.ts'
import { gitopsSource } from './rules/gitops-source.ts'
import { gracefulShutdown } from './rules/graceful-shutdown.ts'
import { hostNamespaces } from './rules/host-namespaces.ts'
import { hostPath } from './rules/host-path.ts'
import { hostPort } from './rules/host-port.ts'
import { hpaMetricRequest } from './rules/hpa-metric-request.ts'
import { hpaMinReplicas } from './rules/hpa-min-replicas.ts'
import { hpaReplicasConflict } from './rules/hpa-replicas-conflict.ts'
import { hpaTarget } from './rules/hpa-target.ts'
import { imageDigest } from './rules/image-digest.ts'
import { imageRegistry } from './rules/image-registry.ts'
import { imageTag } from './rules/image-tag.ts'
import { ingressHostConflict } from './rules/ingress-host-conflict.ts'
import { ingressTarget } from './rules/ingress-target.ts'
import { ingressTls } from './rules/ingress-tls.ts'
import { jobRestartPolicy } from './rules/job-restart-policy.ts'
import { jobTtl } from './rules/job-ttl.ts'
import { livenessProbe } from './rules/liveness-probe.ts'
import { logging } from './rules/logging.ts'
import { memoryLimit } from './rules/memory-limit.ts'
import { memoryRequest } from './rules/memory-request.ts'
import { memoryRequestEqualsLimit } from './rules/memory-request-equals-limit.ts'
import { metricsScraped } from './rules/metrics-scraped.ts'
import { namespaceDefault } from './rules/namespace-default.ts'
import { namespacePolicy } from './rules/namespace-policy.ts'
import { networkPolicy } from './rules/network-policy.ts'
import { networkPolicyTarget } from './rules/network-policy-target.ts'
import { owner } from './rules/owner.ts'
import { pdbBlocksEviction } from './rules/pdb-blocks-eviction.ts'
import { pdbMissing } from './rules/pdb-missing.ts'
import { pdbTarget } from './rules/pdb-target.ts'
import { privilegeEscalation } from './rules/privilege-escalation.ts'
import { privileged } from './rules/privileged.ts'
import { probePort } from './rules/probe-port.ts'
import { probesIdentical } from './rules/probes-identical.ts'
import { promotionParity } from './rules/promotion-parity.ts'
import { pvcBackup } from './rules/pvc-backup.ts'
import { rbacClusterAdmin } from './rules/rbac-cluster-admin.ts'
import { rbacEscalate } from './rules/rbac-escalate.ts'
import { rbacWildcard } from './rules/rbac-wildcard.ts'
import { readOnlyRootFilesystem } from './rules/read-only-root-filesystem.ts'
import { readinessProbe } from './rules/readiness-probe.ts'
import { replicas } from './rules/replicas.ts'
import { rollingUpdate } from './rules/rolling-update.ts'
import { runAsNonRoot } from './rules/run-as-non-root.ts'
import { runbook } from './rules/runbook.ts'
import { schema } from './rules/schema.ts'
import { seccomp } from './rules/seccomp.ts'
import { secretInConfigmap } from './rules/secret-in-configmap.ts'
import { secretInEnv } from './rules/secret-in-env.ts'
import { secretInGit } from './rules/secret-in-git.ts'
import { selectorMatch } from './rules/selector-match.ts'
import { serviceAccount } from './rules/service-account.ts'
import { serviceExposure } from './rules/service-exposure.ts'
import { serviceTarget } from './rules/service-target.ts'
import { spread } from './rules/spread.ts'
import { statefulsetService } from './rules/statefulset-service.ts'
import { tracing } from './rules/tracing.ts'
import type { Rule } from './rule.ts'

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  imageTag,
  imageDigest,
  imageRegistry,
  memoryRequest,
  memoryLimit,
  cpuRequest,
  cpuLimit,
  memoryRequestEqualsLimit,
  ephemeralStorage,
  readinessProbe,
  livenessProbe,
  probesIdentical,
  probePort,
  replicas,
  hpaReplicasConflict,
  hpaMinReplicas,
  hpaTarget,
  hpaMetricRequest,
  pdbMissing,
  pdbBlocksEviction,
  pdbTarget,
  spread,
  rollingUpdate,
  networkPolicy,
  networkPolicyTarget,
  serviceTarget,
  ingressTarget,
  ingressTls,
  ingressHostConflict,
  serviceExposure,
  selectorMatch,
  apiRemoved,
  apiDeprecated,
  schema,
  runAsNonRoot,
  privileged,
  privilegeEscalation,
  readOnlyRootFilesystem,
  capabilities,
  seccomp,
  hostNamespaces,
  hostPath,
  hostPort,
  serviceAccount,
  rbacWildcard,
  rbacClusterAdmin,
  rbacEscalate,
  secretInEnv,
  secretInConfigmap,
  secretInGit,
  envDuplicate,
  envReference,
  metricsScraped,
  alertRunbook,
  tracing,
  logging,
  gracefulShutdown,
  configReload,
  pvcBackup,
  statefulsetService,
  cronjobDeadline,
  cronjobConcurrency,
  jobTtl,
  jobRestartPolicy,
  owner,
  runbook,
  namespaceDefault,
  namespacePolicy,
  gitopsSource,
  promotionParity,
]
