import type { Rule } from '../../policy/rules/index.ts'
import { declare } from '../declared.ts'
import { callSite } from '../source.ts'

type Middleware = (...args: unknown[]) => Promise<void>

/** Middleware that only carries a declaration: what readers of route tables look for. */
export interface StandIn {
  (...rules: readonly Rule[]): Middleware
  open(reason: string): Middleware
  shared(reason: string, ...rules: readonly Rule[]): Middleware
}

const signedIn: Rule = { kind: 'signedIn' }

/** A guard as each framework sees it, without verification behind it. */
export const guard: StandIn = Object.assign(
  function guard(...rules: readonly Rule[]) {
    const list = rules.length === 0 ? [signedIn] : rules
    return declare(async () => {}, { kind: 'guarded', rules: list }, callSite(guard))
  },
  {
    open: function open(reason: string) {
      return declare(async () => {}, { kind: 'open', reason }, callSite(open))
    },
    shared: function shared(reason: string, ...rules: readonly Rule[]) {
      const list = rules.length === 0 ? [signedIn] : rules
      return declare(async () => {}, { kind: 'shared', rules: list, reason }, callSite(shared))
    },
  },
)
