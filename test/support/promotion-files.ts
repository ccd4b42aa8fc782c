import { sampleWithoutChecklist } from '../../demo/stage.ts'

/** Where an environment's image tag stands. */
export const overlay = (environment: string): string => `deploy/overlays/${environment}/kustomization.yaml`

/** With a comment on the very line that a promotion changes, which has to stay. */
export const kustomization = (environment: string, tag: string): string => `# ${environment}
resources: [../../bases/frontend]
namespace: shop-${environment}
images:
  - name: ghcr.io/acme/frontend # the shop
    newTag: "${tag}"   # moved by promotions
`

/** A repository whose production is promoted from staging, signed by two release managers and taken back by one. */
export async function promotionFiles(): Promise<Record<string, string>> {
  const policy = `version: 1
environments:
  staging:
    targets: [deploy/overlays/staging]
    deploy: { by: flux, timeout: 10m }
    merge: { when: ready }
  production:
    targets: [deploy/overlays/production]
    protected: true
    approvals: [{ name: release managers, count: 2, from: [team:acme/release] }]
    deploy: { by: argocd, timeout: 10m, on-failure: revert }
    promotion:
      from: staging
      soak: 2s
      move:
        - images: [ghcr.io/acme/*]
          from: ${overlay('staging')}
          to: ${overlay('production')}
    rollback: { count: 1, from: [team:acme/release] }
    merge: { when: ready }
`
  return {
    ...(await sampleWithoutChecklist()),
    '.github/countersign.yml': policy,
    [overlay('staging')]: kustomization('staging', '6.13.0'),
    [overlay('production')]: kustomization('production', '6.13.0'),
  }
}
