import 'reflect-metadata'
import { All, Controller, Get, type INestApplication, Module, Post, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { Rule } from '../../policy/rules/index.ts'
import { type Declaration, declare } from '../../routes/declared.ts'
import { inspect } from '../../routes/inspect.ts'
import { manifestOf } from '../../routes/manifest.ts'
import { own, role } from '../../routes/testing/tables.ts'
import { readRoutes, sealNest } from './routes.ts'

type Decorator = ClassDecorator & MethodDecorator
const declaring = (declaration: Declaration): Decorator =>
  UseGuards(declare({ canActivate: () => true }, declaration)) as Decorator
const guarded = (...rules: readonly Rule[]): Decorator => declaring({ kind: 'guarded', rules })
const open = (reason: string): Decorator => declaring({ kind: 'open', reason })

/** Decorates as a compiler would: this project's TypeScript is erasable, so it has no decorators of its own. */
function method(
  target: { prototype: object },
  name: string,
  ...decorators: readonly MethodDecorator[]
): void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name)
  if (descriptor === undefined) throw new Error(`no method ${name}`)
  for (const decorate of decorators.toReversed()) decorate(target.prototype, name, descriptor)
}

let app: INestApplication | undefined
afterEach(() => app?.close())

async function make(controllers: (new () => object)[]): Promise<INestApplication> {
  class Root {}
  Module({ controllers })(Root)
  app = await NestFactory.create(Root, { logger: false })
  app.setGlobalPrefix('api')
  return app
}

const faults = (made: INestApplication): string[] =>
  inspect(readRoutes(made)).faults.map(({ kind, subject }) => `${kind} ${subject}`)

const routes = (made: INestApplication): string[] => {
  const table = readRoutes(made)
  return manifestOf(table, inspect(table)).routes.map(
    ({ method: verb, path, printed }) => `${verb} ${path}: ${printed}`,
  )
}

describe('Nest', () => {
  test('takes `All` for one route: without a guard one fault, which claims no guard', async () => {
    class Calls {
      rpc(): string {
        return 'done'
      }
    }
    method(Calls, 'rpc', All('rpc'))
    Controller()(Calls)
    const made = await make([Calls])
    await made.init()
    expect(inspect(readRoutes(made)).faults).toMatchObject([
      {
        kind: 'undeclared',
        subject: 'ALL /api/rpc',
        detail: expect.stringMatching(/^Calls\.rpc has neither a rule nor/),
      },
    ])
  })

  test('reads the guards of methods and of classes', async () => {
    class Users {
      show(): string {
        return 'one'
      }
      list(): string {
        return 'all'
      }
    }
    method(Users, 'show', Get(':userId'), guarded(own('userId')))
    method(Users, 'list', Get())
    guarded(role('member'))(Users)
    Controller('users')(Users)
    class Health {
      show(): string {
        return 'ok'
      }
    }
    method(Health, 'show', Get(), open('probe'))
    Controller('health')(Health)
    const made = await (await make([Users, Health])).init()
    expect(faults(made)).toEqual([])
    expect(routes(made)).toEqual([
      'GET /api/health: anyone',
      "GET /api/users: role('member')",
      "GET /api/users/:userId: all(role('member'), own('userId'))",
    ])
  })

  test('refuses a method without a guard, with the decorator to write', async () => {
    class Posts {
      add(): string {
        return 'added'
      }
    }
    method(Posts, 'add', Post())
    Controller('posts')(Posts)
    await expect(sealNest(await make([Posts]))).rejects.toThrow(/POST \/api\/posts[\s\S]*@Guarded\(\)/)
  })
})
