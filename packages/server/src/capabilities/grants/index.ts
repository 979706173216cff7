export { actorOf } from './actor.ts'
export { createGrantRegistry, findGrant, isGrantGood } from './registry.ts'
export { ownTokenOptions } from './revocation.ts'
