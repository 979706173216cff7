import type { ManifestRule } from '../manifest.ts'
import type { ProvenKind } from './kind.ts'

export const signedIn: ProvenKind<Extract<ManifestRule, { kind: 'signedIn' }>> = {
  evaluate: () => 'passes',
  admitsAnyone: true,
  describe: () => 'a signed-in user',
}
