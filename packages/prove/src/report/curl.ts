import type { SentRequest } from '../verdict.ts'

/** A line for a POSIX shell that sends a request again; `TOKEN` is a variable to set first. */
export function curlLine({ method, url, headers, body }: SentRequest): string {
  return [
    'curl -i --path-as-is',
    method === 'HEAD' ? '--head' : method === 'GET' ? '' : `-X ${quoted(method)}`,
    ...headers.map(([name, value]) => `-H ${quotedHeader(`${name}: ${value}`)}`),
    body === undefined ? '' : `--data-raw ${quoted(body)}`,
    quoted(url),
  ]
    .filter(Boolean)
    .join(' ')
}

const quoted = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** In double quotes where the shell is to fill in the token; a header that we wrote ourselves holds nothing else. */
const quotedHeader = (line: string): string =>
  line.endsWith('$TOKEN') && /^[\w: -]+\$TOKEN$/.test(line) ? `"${line}"` : quoted(line)
