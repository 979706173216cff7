import type { Rule } from '../policy/types.ts'

/** A rule as the manifest states it: data alone, without loaders and tests. */
export type ManifestRule =
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'own'; readonly param: string; readonly loaded: boolean }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'permission'; readonly permission: string }
  | { readonly kind: 'all'; readonly rules: readonly ManifestRule[] }
  | { readonly kind: 'stepUp'; readonly acr?: string; readonly maxAge?: number }
  | { readonly kind: 'check'; readonly name: string }

export function manifestRule(rule: Rule): ManifestRule {
  switch (rule.kind) {
    case 'own':
      return { kind: 'own', param: rule.param, loaded: rule.load !== undefined }
    case 'check':
      return { kind: 'check', name: rule.name }
    case 'all':
      return { kind: 'all', rules: rule.rules.map(manifestRule) }
    default:
      return { ...rule }
  }
}

/** A rule in the words it was written in: `all(permission('payouts:write'), stepUp({ acr: 'mfa' }))`. */
export function printManifestRule(rule: ManifestRule): string {
  switch (rule.kind) {
    case 'signedIn':
      return 'signed in'
    case 'own':
      return rule.loaded ? `own('${rule.param}', …)` : `own('${rule.param}')`
    case 'role':
      return `role('${rule.role}')`
    case 'permission':
      return `permission('${rule.permission}')`
    case 'check':
      return `check('${rule.name}')`
    case 'all':
      return `all(${rule.rules.map(printManifestRule).join(', ')})`
    case 'stepUp':
      return `stepUp({ ${stepUpOptions(rule).join(', ')} })`
  }
}

function stepUpOptions({ acr, maxAge }: { acr?: string; maxAge?: number }): string[] {
  return [
    ...(acr === undefined ? [] : [`acr: '${acr}'`]),
    ...(maxAge === undefined ? [] : [`maxAge: ${maxAge}`]),
  ]
}

/** Every rule within these, the parts of `all` included. */
export const withParts = (rules: readonly ManifestRule[]): ManifestRule[] =>
  rules.flatMap((rule) => (rule.kind === 'all' ? withParts(rule.rules) : [rule]))
