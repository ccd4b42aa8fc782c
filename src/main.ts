import { toAppError } from './errors.ts'
import { serve } from './serve.ts'

// The entry of the server: `npm start` and the Dockerfile.
try {
  await serve((text) => void process.stdout.write(text))
  process.exit(0)
} catch (thrown) {
  const error = toAppError(thrown)
  console.error(error.message)
  if (error.kind === 'bug') console.error(error.stack)
  process.exit(error.kind === 'user' ? 2 : 3)
}
