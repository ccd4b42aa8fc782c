import type { PipelineDeps } from './deps.ts'

export const checkReadiness: PipelineDeps['checkReadiness'] = async () => undefined
