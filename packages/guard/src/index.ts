export * from './adapters/shared.ts'
export { createGuard, type GuardBase } from './guard.ts'
export { check, own } from './policy/rules/index.ts'
