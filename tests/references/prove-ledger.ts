import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OwnerApi, type ProveConfig, prove, type Report } from '@gatehouse/prove'
import { freePort } from '../../packages/server/src/testing/process.ts'
import { handlers } from './ledger.ts'

export const frameworks = ['express', 'fastify', 'hono'] as const

/** Every fault of the ledger, with the only route that a breach may be reported on. */
export const faults = {
  'query id unchecked': 'GET /invoice',
  'told query id unchecked': 'GET /lines',
  'body id unchecked': 'POST /payments',
  'batch unchecked': 'POST /archive',
  'only the first of a batch checked': 'POST /archive',
  'untold batch unchecked': 'POST /reminders',
  'body id overrides the path': 'PATCH /invoices/:invoiceId',
  'slug unchecked': 'GET /slugs/:slug',
  'owner believed at creation': 'POST /invoices',
  'owner moved by a change': 'PATCH /invoices/:invoiceId',
  'owner filter believed': 'GET /invoices',
  'body spread over the author': 'POST /notes',
} as const

/** Routes that are tried with each fault: what it is seen by, and where false alarms would be. */
const controls = [
  'GET /invoices/:invoiceId',
  'GET /invoices',
  'GET /notes/:noteId',
  'PUT /settings',
  'GET /settings',
]

const allBut = (sought: string): Record<string, string> =>
  Object.fromEntries(
    Object.keys(handlers)
      .filter((route) => route !== sought && !controls.includes(route))
      .map((route) => [route, 'another fault is sought']),
  )

const make = async (api: OwnerApi, path: string): Promise<Record<string, string>> =>
  (await api.call('POST', path, { title: 'proof' })) as Record<string, string>

/** Starts the ledger on a framework with a fault (none: ''), and proves it. */
export async function proveLedger(framework: (typeof frameworks)[number], fault: string): Promise<Report> {
  const sought = Object.hasOwn(faults, fault) ? faults[fault as keyof typeof faults] : undefined
  const port = await freePort()
  const config: ProveConfig = {
    base: `http://127.0.0.1:${port}`,
    env: {
      PORT: String(port),
      FRAMEWORK: framework,
      FAULT: fault,
      NODE_COMPILE_CACHE: join(tmpdir(), 'gatehouse-faults-compiled'),
    },
    disposable: true,
    revocation: false,
    skip: sought === undefined ? {} : allBut(sought),
    resources: {
      invoiceId: async (api) => {
        const { id = '', slug = '' } = await make(api, '/invoices')
        return { invoiceId: id, slug }
      },
      noteId: async (api) => {
        const { note } = (await api.call('POST', '/notes', { title: 'proof' })) as { note: { id: string } }
        return { noteId: note.id }
      },
    },
    queries: { 'GET /lines': ({ own }) => `?of=${own['invoiceId']}` },
    bodies: {
      'POST /invoices': { title: 'proof' },
      'PATCH /invoices/:invoiceId': { title: 'proof' },
      'POST /payments': ({ own }) => ({ invoice: own['invoiceId'] }),
      'POST /archive': ({ own }) => ({ ids: [own['invoiceId']] }),
      'POST /reminders': { invoice_ids: ['17'] },
      'PUT /settings': { author: 'a pen name', theme: 'dark' },
    },
    ownerFields: ['owner_id'],
  }
  const app = fileURLToPath(new URL('./app.ts', import.meta.url))
  return prove({ config, command: [process.execPath, app] })
}
