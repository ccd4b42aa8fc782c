import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Offers `count` signed deliveries over `connections` kept-alive connections; prints milliseconds of each answer as JSON. */
const [url = '', secret = '', count = '1000', connections = '16'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
// About what GitHub sends for a pull request.
const filler = 'x'.repeat(20_000)
const times: number[] = []
let next = 0

async function offer(): Promise<void> {
  const id = randomUUID()
  const body = JSON.stringify({ action: 'synchronize', number: 7, id, filler, installation: { id: 1 } })
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const headers = {
    'content-type': 'application/json',
    'x-github-delivery': id,
    'x-github-event': 'ping',
    'x-hub-signature-256': signature,
  }
  const started = performance.now()
  const status = await new Promise<number>((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })
  if (status >= 300) throw new Error(`the server answered ${status}`)
  times.push(performance.now() - started)
}

const started = performance.now()
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (next++ < Number(count)) await offer()
  }),
)
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, times }))
agent.destroy()
