import { connect, createServer, type Socket } from 'node:net'

/** A network path to a database that can fail. */
export interface Gate {
  readonly port: number
  /** Drops all traffic silently: packets vanish. */
  swallow(): void
  /** Resets connections, and refuses new ones. */
  refuse(): void
  /** Restores the path. */
  open(): void
  close(): Promise<void>
}

/** Puts a gate in front of a port of this machine. */
export async function gateTo(target: number): Promise<Gate> {
  let state: 'open' | 'swallowing' | 'refusing' = 'open'
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer((near) => {
    if (state === 'refusing') {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = (): void => {
      near.destroy()
      far.destroy()
      pairs.delete(pair)
    }
    near.on('close', end).on('error', end)
    far.on('close', end).on('error', end)
    near.on('data', (chunk) => state === 'open' && far.write(chunk))
    far.on('data', (chunk) => state === 'open' && near.write(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the gate has no port')
  const breakOff = (): void => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: address.port,
    swallow: () => {
      state = 'swallowing'
    },
    refuse: () => {
      state = 'refusing'
      breakOff()
    },
    open: () => {
      // Dropped data is lost, so connections from before are unusable.
      breakOff()
      state = 'open'
    },
    close: () =>
      new Promise((resolve) => {
        breakOff()
        server.close(() => resolve())
      }),
  }
}
