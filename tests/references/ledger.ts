// Invoices of several people: what each request may do with them, whatever framework hears it. FAULT names what is wrong.
import { seeded } from '../faults/store.ts'

interface Invoice {
  id: string
  slug: string
  owner_id: string
  title: string
  paid: boolean
  archived: boolean
}

/** One request, as every framework has it. */
export interface Asked {
  readonly user: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  readonly body: Readonly<Record<string, unknown>>
}

export interface Answered {
  readonly status: number
  readonly body?: unknown
}

const invoices = new Map<string, Invoice>()
const notes = new Map<string, Record<string, unknown>>()
const settings = new Map<string, unknown>()
let made = 0

const invoiceOf = (id: unknown): Invoice | undefined => invoices.get(String(id))
const bySlug = (slug: unknown): Invoice | undefined =>
  [...invoices.values()].find((each) => each.slug === slug)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const ownerOfInvoice = (id: string): string | undefined => invoices.get(id)?.owner_id
export const ownerOfSlug = (slug: string): string | undefined => bySlug(slug)?.owner_id
export const ownerOfNote = (id: string): string | undefined => text(notes.get(id)?.['author'])

/** Answers about an invoice, to its owner alone unless the fault is there. */
function about(
  invoice: Invoice | undefined,
  user: string,
  fault: string,
  answer: (found: Invoice) => unknown,
): Answered {
  if (invoice === undefined) return { status: 404 }
  if (invoice.owner_id !== user && !seeded(fault)) return { status: 403 }
  return { status: 200, body: answer(invoice) }
}

/** Changes every invoice of a list, or none where one is not the caller's. */
function each(
  ids: readonly unknown[],
  user: string,
  trusted: boolean,
  change: (found: Invoice) => void,
): Answered {
  const found = ids.map(invoiceOf)
  const checked = seeded('only the first of a batch checked') ? found.slice(0, 1) : found
  if (!trusted && checked.some((invoice) => invoice?.owner_id !== user)) return { status: 403 }
  for (const invoice of found) if (invoice !== undefined) change(invoice)
  return { status: 200, body: { changed: found.length } }
}

/** What each route does, by `METHOD /path`. */
export const handlers: Readonly<Record<string, (asked: Asked) => Answered>> = {
  'GET /invoices': ({ user, query }) => {
    const owner = seeded('owner filter believed') ? (query['owner_id'] ?? user) : user
    return { status: 200, body: [...invoices.values()].filter(({ owner_id }) => owner_id === owner) }
  },
  'POST /invoices': ({ user, body }) => {
    made += 1
    const owner_id = (seeded('owner believed at creation') ? text(body['owner_id']) : undefined) ?? user
    const title = text(body['title']) ?? ''
    const invoice = {
      id: String(made),
      slug: `invoice-${made * 7919}`,
      owner_id,
      title,
      paid: false,
      archived: false,
    }
    invoices.set(invoice.id, invoice)
    return { status: 201, body: invoice }
  },
  'GET /invoices/:invoiceId': ({ params }) => ({ status: 200, body: invoiceOf(params['invoiceId']) }),
  'PATCH /invoices/:invoiceId': ({ params, body }) => {
    const id = seeded('body id overrides the path')
      ? (body['id'] ?? params['invoiceId'])
      : params['invoiceId']
    const invoice = invoiceOf(id)
    if (invoice === undefined) return { status: 404 }
    invoice.title = text(body['title']) ?? invoice.title
    if (seeded('owner moved by a change')) invoice.owner_id = text(body['ownerId']) ?? invoice.owner_id
    return { status: 200, body: { ...invoice, ...body } }
  },
  'GET /slugs/:slug': ({ params }) => ({ status: 200, body: bySlug(params['slug']) }),
  'GET /invoice': ({ query, user }) =>
    query['invoice_id'] === undefined
      ? { status: 400 }
      : about(invoiceOf(query['invoice_id']), user, 'query id unchecked', (found) => found),
  'GET /lines': ({ query, user }) =>
    about(invoiceOf(query['of']), user, 'told query id unchecked', () => [{ text: 'one line', price: 7 }]),
  'POST /payments': ({ body, user }) =>
    about(invoiceOf(body['invoice']), user, 'body id unchecked', (invoice) => {
      invoice.paid = true
      return { paid: true }
    }),
  'POST /archive': ({ body, user }) =>
    each(list(body['ids']), user, seeded('batch unchecked'), (invoice) => {
      invoice.archived = true
    }),
  'POST /reminders': ({ body, user }) =>
    each(list(body['invoice_ids']), user, seeded('untold batch unchecked'), (invoice) => {
      invoice.title = `${invoice.title}, reminded`
    }),
  // what is kept of one's own settings is nobody's business, whatever its fields are called
  'GET /settings': ({ user }) => ({ status: 200, body: settings.get(user) ?? {} }),
  'PUT /settings': ({ user, body }) => {
    settings.set(user, body)
    return { status: 200, body }
  },
  'POST /notes': ({ user, body }) => {
    made += 1
    const kept = { title: text(body['title']) ?? '' }
    const note = { author: user, ...(seeded('body spread over the author') ? body : kept), id: `n${made}` }
    notes.set(note.id, note)
    return { status: 201, body: { note } }
  },
  'GET /notes/:noteId': ({ params }) => ({ status: 200, body: notes.get(params['noteId'] ?? '') }),
}
