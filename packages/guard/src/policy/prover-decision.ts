import { createHash, timingSafeEqual } from 'node:crypto'
import type { Decision, RequestFacts } from './types.ts'

/** The response header that carries a decision to the prover. */
export const decisionHeader = 'gatehouse-decision'

/** The nonce of the prover that started this process; without one, decisions are shown to nobody. */
export function proverNonce(): string | undefined {
  const nonce = process.env['GATEHOUSE_PROVE_NONCE']
  return nonce !== undefined && nonce.length >= 32 ? nonce : undefined
}

/** The value of the header that answers a request with the nonce of this run; undefined for any other request. */
export function proverDecision(nonce: string, decision: Decision, facts: RequestFacts): string | undefined {
  const asked = facts.header('gatehouse-prove')
  if (asked === undefined || !timingSafeEqual(digest(asked), digest(nonce))) return undefined
  const shown = decision.allowed
    ? { allowed: true, rule: decision.rule }
    : { allowed: false, status: decision.status, reason: decision.reason }
  return JSON.stringify(shown).replace(/[^\x20-\x7e]/g, '?')
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
