/**
 * Every table, by name. Each capability adds its own by declaration merging, so that the platform knows none of them:
 *
 * @example
 * declare module '../../platform/db/tables.ts' {
 *   interface Tables { users: UsersTable }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: capabilities fill it in
export interface Tables {}
