// An application of 100 routes, as applications go: 20 kinds of things, each listed, added, read, changed and deleted.
import { createGuard, own, permission } from '@gatehouse/guard/express'
import express from 'express'

const guard = createGuard()
const app = express().use(express.json())
for (let kind = 0; kind < 20; kind++) {
  const things = new Map<string, { id: string; owner_id: string }>()
  const [list, one] = [`/kind${kind}`, `/kind${kind}/:thingId`]
  const mayTouch = () =>
    guard(
      own('thingId', (id) => things.get(id)?.owner_id),
      permission(`kind${kind}:any`),
    )
  app.get(list, guard(), ({ user }, response) => {
    response.json([...things.values()].filter(({ owner_id }) => owner_id === user.id))
  })
  app.post(list, guard(), ({ user }, response) => {
    const thing = { id: `${kind}-${things.size}`, owner_id: user.id }
    things.set(thing.id, thing)
    response.status(201).json(thing)
  })
  app.get(
    one,
    mayTouch(),
    ({ params }, response) => void response.json(things.get(String(params['thingId']))),
  )
  app.put(
    one,
    mayTouch(),
    ({ params }, response) => void response.json(things.get(String(params['thingId']))),
  )
  app.delete(one, mayTouch(), ({ params }, response) => {
    things.delete(String(params['thingId']))
    response.status(204).end()
  })
}
await guard.seal(app)
app.listen(Number(process.env['PORT']), '127.0.0.1')
