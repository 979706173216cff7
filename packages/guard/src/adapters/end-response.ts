import type { ServerResponse } from 'node:http'

/**
 * Ends an answer that goes on. Its handler learns of that when the connection closes, which takes as long as the other
 * side takes to read what is on its way; what the handler writes until then is an error of nobody's.
 */
export function endResponse(response: ServerResponse): void {
  response.on('error', ignore)
  response.end()
}

const ignore = (): void => {}
