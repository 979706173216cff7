import type { DescribedPaths } from './complete.ts'

interface Operation {
  readonly summary?: string
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
  readonly responses: Readonly<Record<string, unknown>>
}

const anyone = '/users/{userId}'

/** Summaries of self-service routes, by method and path; the others under `/users/{userId}` are for administrators. */
const ownSummaries: Readonly<Record<string, string>> = {
  'get /users/me': 'Get your account',
  'patch /users/me': 'Change your account',
  'delete /users/me': 'Delete your account',
  'post /users/me/email-verification': 'Send your verification message again',
  'get /users/me/export': 'Export all data about you',
  'get /users/me/factors': 'List your factors',
  'delete /users/me/factors': 'Remove all of your factors and recovery codes',
  'patch /users/me/factors/{factorId}': 'Rename one of your factors',
  'delete /users/me/factors/{factorId}': 'Remove one of your factors',
  'post /users/me/factors/recovery-codes': 'Make new recovery codes',
  'post /users/me/factors/totp': 'Begin to enrol an authenticator app',
  'post /users/me/factors/totp/{factorId}/confirm': 'Confirm an authenticator app',
  'post /users/me/factors/passkeys/options': 'Begin to enrol a passkey',
  'post /users/me/factors/passkeys': 'Enrol a passkey',
  'get /users/me/profile': 'Get your profile',
  'put /users/me/profile': 'Replace your profile',
  'get /users/me/sessions': 'List your sessions',
  'delete /users/me/sessions': 'Sign out everywhere',
  'delete /users/me/sessions/{sessionId}': 'End one of your sessions',
}

/**
 * Describes `/users/me…` beside `/users/{userId}…`: the routes are the same, but users look for their own account under
 * `me`. Any signed-in user may call them, with any token.
 */
export function describeOwnPaths<D extends DescribedPaths>(document: D): D {
  const paths: Record<string, object> = {}
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const own = path.startsWith(anyone) ? ownItem(path.replace(anyone, '/users/me'), item) : {}
    if (Object.keys(own).length > 0) paths[path.replace(anyone, '/users/me')] = own
    paths[path] = item
  }
  return { ...document, paths }
}

function ownItem(path: string, item: object): Record<string, object> {
  const operations = Object.entries(item as Record<string, Operation>).flatMap(([method, operation]) => {
    const summary = ownSummaries[`${method} ${path}`]
    if (summary === undefined) return []
    const parameters = (operation.parameters ?? []).filter(({ name }) => name !== 'userId')
    return [[method, { ...operation, summary, parameters }] as const]
  })
  return Object.fromEntries(operations)
}
