// The peer: better-auth as its documentation sets it up, over node:http; on the same PostgreSQL, or where there is none on
// SQLite.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { bearer, jwt } from 'better-auth/plugins'

const { DATABASE_URL, GATEHOUSE_DATA_DIR = '' } = process.env
const options = {
  baseURL: `http://127.0.0.1:${process.env.PORT}`,
  secret: 'a secret for measurements, used nowhere else',
  database:
    DATABASE_URL === undefined
      ? new DatabaseSync(join(GATEHOUSE_DATA_DIR, 'auth.db'))
      : new (await import('pg')).default.Pool({ connectionString: DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  plugins: [bearer(), jwt()],
  telemetry: { enabled: false },
}
const { runMigrations } = await getMigrations(options)
await runMigrations()
const auth = betterAuth(options)
const answer = toNodeHandler(auth)
createServer((request, response) => void answer(request, response)).listen(
  Number(process.env.PORT),
  '127.0.0.1',
)
