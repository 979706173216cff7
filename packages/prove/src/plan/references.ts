import type { ProveConfig } from '../config.ts'
import type { ManifestRoute } from './manifest.ts'
import { ownedIn } from './rules/index.ts'

/** What may be done to a resource by its owner alone: nothing, changing it, or reading it as well. */
type Privacy = 'write' | 'read'

/**
 * Parameters that name a resource which belongs to one person: those of `own` rules that look its owner up. A resource whose
 * reading asks for its owner is private in all ways; one that only its changes ask for may be read by others.
 */
export function privateParameters(
  routes: readonly ManifestRoute[],
  { resources = {} }: ProveConfig,
): ReadonlyMap<string, Privacy> {
  const found = new Map<string, Privacy>()
  for (const route of routes) {
    for (const { param, loaded } of ownedIn(route.rules)) {
      // an OpenAPI document does not say which: what has a recipe is no person's own id
      if (!loaded && resources[param] === undefined) continue
      const itself = route.method === 'GET' && route.parameters.at(-1) === param
      if (itself) found.set(param, 'read')
      else if (!found.has(param)) found.set(param, 'write')
    }
  }
  return found
}

/** Whether a method may meet only the owner of what a parameter names. */
export const isPrivate = (privacy: Privacy | undefined, writing: boolean): boolean =>
  privacy === 'read' || (privacy === 'write' && writing)

const plain = (name: string): string => name.replaceAll(/[_-]/g, '').toLowerCase()

/** Whether a field's name refers to what a parameter names: `invoice_id`, `invoiceIds` and `invoice` to `invoiceId`. */
export function refersTo(field: string, parameter: string): boolean {
  const [given, wanted] = [plain(field), plain(parameter)]
  const stem = wanted.replace(/id$/, '')
  return [wanted, `${wanted}s`, ...(stem === '' ? [] : [stem, `${stem}s`])].includes(given)
}

/** How a field is usually called that refers to what a parameter names. */
export function usualNames(parameter: string): { readonly one: string[]; readonly several: string[] } {
  const snake = parameter.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const one = [...new Set(['id', parameter, snake])]
  return { one, several: [...new Set(['ids', `${parameter}s`, `${snake}s`])] }
}
