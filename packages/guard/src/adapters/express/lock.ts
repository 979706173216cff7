import { lockList } from '../../routes/lock-list.ts'
import type { Layer } from './layers.ts'

/** Refuses what is registered after sealing: Express appends every registration to one of these lists. */
export function lockRoutes(stacks: readonly (readonly Layer[])[]): void {
  for (const stack of stacks) lockList(stack)
}
