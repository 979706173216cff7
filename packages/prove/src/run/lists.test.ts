import { expect, test } from 'vitest'
import { type Holder, readList } from './lists.ts'

const ada: Holder = { person: { id: '1', username: 'ada' }, ids: [] }
const bob: Holder = { person: { id: '2', username: 'bob' }, ids: ['b'] }
const read = (answer: unknown) => readList(JSON.stringify(answer), ada, bob, 'GET /me')?.shown

test("the reader's own record, with its roles, is no list", () => {
  expect(read({ id: '1', username: 'ada', roles: [], permissions: [] })).toBeUndefined()
  expect(read({ id: '1', roles: ['member'] })).toBeUndefined()
})

test("rows are read all the same, in the reader's record, in another's, and in an envelope", () => {
  expect(read({ id: '1', posts: [{ id: 'b', text: 'secret' }] })).toBe('leak')
  expect(read({ id: '1', posts: [{ author: '1' }] })).toBe('own')
  expect(read({ id: '2', roles: [] })).toBe('nothing')
  expect(read({ posts: [] })).toBe('nothing')
})
