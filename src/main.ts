import { serve } from './serve.ts'

// The entry of the server: `npm start`, the Dockerfile, `countersign serve`.
await serve()
