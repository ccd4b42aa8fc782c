import type { Log } from '../log.ts'
import type { Delivery, Store } from '../ports/store.ts'

const batch = 50
const maximumAttempts = 5
/** How often the inbox is looked at without being woken: deliveries that a process left behind when it died. */
const idleMs = 5_000

export interface InboxDrain {
  /** A delivery was just kept: look now. */
  wake(): void
  /** Ends after the delivery in hand. */
  stop(): Promise<void>
}

/** Takes deliveries from the inbox, in order, and hands each to `receive`. One that fails stays, is tried again, and is never lost. */
export function startInboxDrain(
  store: Store,
  receive: (delivery: Delivery) => Promise<void>,
  log: Log,
): InboxDrain {
  let stopped = false
  let running: Promise<void> | undefined
  let again = false

  const drain = async (): Promise<void> => {
    for (;;) {
      const deliveries = await store.takeDeliveries(batch, maximumAttempts)
      for (const delivery of deliveries) {
        if (stopped) return
        await handle(delivery)
      }
      if (deliveries.length < batch) return
    }
  }
  const handle = async (delivery: Delivery): Promise<void> => {
    try {
      await receive(delivery)
      await store.finishDelivery(delivery.id)
    } catch (error) {
      log.error({ delivery: delivery.id, event: delivery.event, err: error }, 'delivery failed')
      await store.finishDelivery(
        delivery.id,
        error instanceof Error ? error.message.slice(0, 500) : String(error),
      )
    }
  }
  const wake = (): void => {
    if (stopped) return
    if (running !== undefined) {
      again = true
      return
    }
    running = drain()
      .catch((error: unknown) => log.error({ err: error }, 'inbox could not be read'))
      .finally(() => {
        running = undefined
        if (again) {
          again = false
          wake()
        }
      })
  }
  const timer = setInterval(wake, idleMs)
  wake()
  return {
    wake,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
