import { connect } from 'node:net'

const answer = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (found: boolean) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(1_000, () => end(false))
    socket.on('error', () => end(false)).on('data', (data) => end(data.toString().startsWith('+PONG')))
  })

/** The port of a Redis on this machine; undefined where none answers at 6379. */
export const redisPort: number | undefined = (await answer(6379)) ? 6379 : undefined
