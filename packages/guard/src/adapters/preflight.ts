import type { RequestFacts } from '../policy/types.ts'

/** Whether a request is a browser's question before the real one (CORS preflight), which carries no token. */
export const isPreflight = (facts: RequestFacts): boolean =>
  // the method first: reading a header may make the framework parse all of them
  facts.method === 'OPTIONS' && facts.header('access-control-request-method') !== undefined
