import type { ManifestRule } from '../manifest.ts'
import { outcome, type ProvenKind } from './kind.ts'

export const own: ProvenKind<Extract<ManifestRule, { kind: 'own' }>> = {
  evaluate({ param }, persona, { owners }) {
    const owner = owners[param]
    return owner === undefined ? 'unknown' : outcome(owner === persona.id)
  },
  describe: () => 'the owner',
  meet: (_rule, persona, { owner }) => ({ ...persona, id: owner.id, username: owner.username }),
  owns: ({ param, loaded }) => ({ param, loaded }),
}
