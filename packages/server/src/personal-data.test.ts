import { expect, test } from 'vitest'
import { capabilities } from './capabilities.ts'
import { describeEachDatabase } from './testing/databases.ts'
import { type DescribedTable, describeTables } from './testing/schema.ts'

const held = () => Promise.all(capabilities.flatMap(({ personalData }) => personalData?.() ?? []))

/** Names of columns that say who, or from where. */
const personal =
  /(^|_)(user|actor|target|subject|owner|recipient|to|by|email|address|network|username|name|user_agent|locale)(_|$)/
/** Tables that the names catch, although they are about nobody. */
const aboutNobody = new Set(['migrations', 'roles'])

/** The tables of `all` that have rows of people: by a column's name, or by a reference to a table that has. */
function tablesAboutPeople(all: readonly DescribedTable[]): DescribedTable[] {
  const about = new Set(all.filter(({ columns }) => columns.some((c) => personal.test(c))).map((t) => t.name))
  for (const name of aboutNobody) about.delete(name)
  about.add('users')
  const refersToThem = ({ name, references }: DescribedTable) =>
    !about.has(name) && references.some(({ table }) => about.has(table))
  for (let next = all.find(refersToThem); next !== undefined; next = all.find(refersToThem))
    about.add(next.name)
  return all.filter(({ name }) => about.has(name))
}

describeEachDatabase('personal data', (open) => {
  test('of every table is exported, or withheld for a reason', async () => {
    const about = tablesAboutPeople(await describeTables((await open()).db)).map(({ name }) => name)
    const told = (await held()).flatMap(({ parts = [], withheld = {} }) => [
      ...parts.flatMap(({ tables }) => tables as readonly string[]),
      ...Object.keys(withheld),
    ])
    expect(about.sort()).toEqual([...new Set(told)].sort())
    expect(about).toContain('sessions')
  })

  test('of every table goes with the user’s row, or its capability erases it', async () => {
    const all = await describeTables((await open()).db)
    const erased = (await held()).flatMap(({ parts = [], withheld = {}, erase }) =>
      erase === undefined
        ? []
        : [...parts.flatMap(({ tables }) => tables as string[]), ...Object.keys(withheld)],
    )
    const gone = new Set(['users', ...erased])
    const follows = ({ name, references }: DescribedTable) =>
      !gone.has(name) && references.some(({ table, cascades }) => cascades && gone.has(table))
    for (let next = all.find(follows); next !== undefined; next = all.find(follows)) gone.add(next.name)
    const left = tablesAboutPeople(all).filter(({ name }) => !gone.has(name))
    expect(left.map(({ name }) => name)).toEqual([])
  })
})

test('no two parts of an export share a name', async () => {
  const names = (await held()).flatMap(({ parts = [] }) => parts.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
})
