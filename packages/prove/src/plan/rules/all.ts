import type { ManifestRule } from '../manifest.ts'
import type { ProvenKind } from './kind.ts'

export const all: ProvenKind<Extract<ManifestRule, { kind: 'all' }>> = {
  parts: ({ rules }) => rules,
  evaluate(_rule, _persona, _subject, parts) {
    if (parts.includes('fails')) return 'fails'
    return parts.includes('unknown') ? 'unknown' : 'passes'
  },
}
