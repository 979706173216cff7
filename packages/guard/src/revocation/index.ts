export { type IntrospectionOptions, introspection } from './introspection.ts'
export type { RevocationFactory, RevocationSource, Standing } from './types.ts'
