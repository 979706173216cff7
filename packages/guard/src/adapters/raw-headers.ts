const none: readonly string[] = []

/**
 * Each `Authorization` field line of a request: Node's own `headers` keeps the first and is silent about the others.
 *
 * @param rawHeaders names and values in turn, as Node gives them
 */
export function authorizationFields(rawHeaders: readonly string[]): readonly string[] {
  let fields: string[] | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    // most names have another length, and most clients write this one in one of two ways
    if (name.length !== 13) continue
    if (name !== 'authorization' && name !== 'Authorization' && name.toLowerCase() !== 'authorization')
      continue
    const value = rawHeaders[at + 1] as string
    if (fields === undefined) fields = [value]
    else fields.push(value)
  }
  return fields ?? none
}
