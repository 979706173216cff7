import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { importUsers } from './service.ts'

const secret = 'the JWT_SECRET of the Flask app, 32 bytes and more'

/** An app as tutorials write it: integer ids in SQLite, hashes of Werkzeug, tokens without an end. Prints its table and tokens. */
const app = `
import json, sqlite3, sys
import jwt
from flask import Flask, jsonify, request
from werkzeug.security import check_password_hash, generate_password_hash

app = Flask(__name__)
db = sqlite3.connect(":memory:")
db.row_factory = sqlite3.Row
db.execute("create table users (id integer primary key, username text unique, email text, password text)")
SECRET = sys.argv[1]

def answer(row, status):
    token = jwt.encode({"payload": {"username": row["username"], "id": row["id"]}}, SECRET, algorithm="HS256")
    return jsonify(token=token), status

@app.post("/auth/sign-up")
def sign_up():
    body = request.get_json()
    hashed = generate_password_hash(body["password"])
    db.execute("insert into users (username, email, password) values (?, ?, ?)", (body["username"], body["email"], hashed))
    return answer(db.execute("select * from users where username = ?", (body["username"],)).fetchone(), 201)

@app.post("/auth/sign-in")
def sign_in():
    body = request.get_json()
    row = db.execute("select * from users where username = ?", (body["username"],)).fetchone()
    if row is None or not check_password_hash(row["password"], body["password"]):
        return jsonify(err="Invalid credentials."), 401
    return answer(row, 200)

client = app.test_client()
tokens = []
for name in ["ana", "bob"]:
    body = {"username": name, "email": name + "@example.com", "password": "the old password of " + name}
    assert client.post("/auth/sign-up", json=body).status_code == 201
    tokens.append(client.post("/auth/sign-in", json=body).get_json()["token"])
users = [dict(row) for row in db.execute("select * from users")]
print(json.dumps({"users": users, "tokens": tokens}))
`

/** A Python that has Flask and PyJWT; undefined where there is none. */
const python = ['python3', '/usr/bin/python3'].find((program) => {
  try {
    execFileSync(program, ['-c', 'import flask, jwt, werkzeug'], { stdio: 'ignore' })
    return true
  } catch {
    return false // that one is missing, or lacks a package
  }
})

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-flask-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(python === undefined)('a Flask app (skipped where Python has no Flask and PyJWT)', () => {
  describeEachDatabase('that moves', (open) => {
    test('takes its users along with their passwords, and those who are signed in', async () => {
      const printed = execFileSync(python ?? '', ['-c', app, secret], { encoding: 'utf8' })
      const { users, tokens } = JSON.parse(printed) as { users: unknown[]; tokens: string[] }
      const path = join(folder, 'users.json')
      writeFileSync(path, JSON.stringify(users))
      const server = await testServer((await open()).db, {
        settings: { GATEHOUSE_LEGACY_UNTIL: '2999-01-01', GATEHOUSE_LEGACY_SECRET: secret },
      })
      const options = {
        from: 'flask',
        format: undefined,
        dryRun: false,
        createRoles: false,
        grantPower: false,
      } as const
      const rest = {
        mapRoles: new Map(),
        rename: false,
        assumeVerified: false,
        firebase: undefined,
        restart: false,
      }
      const { imported, refused } = await importUsers(server.ctx, path, { ...options, ...rest })
      expect([imported, refused]).toEqual([2, 0])

      for (const [i, username] of ['ana', 'bob'].entries()) {
        const body = { username, password: `the old password of ${username}` }
        // the first time with the app's hash, then with ours
        for (const _ of [1, 2])
          expect((await server.request('POST', '/auth/sign-in', { body })).status).toBe(200)
        const exchange = () => server.request('POST', '/auth/exchange-legacy', { body: { token: tokens[i] } })
        const { status, body: answer } = await exchange()
        expect([status, answer.user.username]).toEqual([200, username])
        expect((await server.request('GET', '/users/me', { token: answer.token })).body.username).toBe(
          username,
        )
        expect((await exchange()).status).toBe(401)
      }
    })
  })
})
