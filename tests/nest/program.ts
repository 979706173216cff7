import type { Program } from '../docs/blocks.ts'

/** An application as people write it for NestJS: real decorators, injection by type, server-sent events. */
export const posts: Program = {
  heading: 'posts',
  label: '',
  language: 'ts',
  code: `
import 'reflect-metadata'
import { createGuard, currentUser, own, permission, role } from '@gatehouse/guard/nest'
import { Body, Controller, Get, Injectable, type MessageEvent, Module, Param, Post, Sse } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { interval, map, type Observable } from 'rxjs'

const Guarded = createGuard()

@Injectable()
class Signature {
  of(text: string): object {
    return { text, by: currentUser().username }
  }
}

@Controller('posts')
class Posts {
  readonly signature: Signature
  constructor(signature: Signature) {
    this.signature = signature
  }

  @Post()
  @Guarded(permission('posts:write'))
  write(@Body() body: { text: string }): object {
    return this.signature.of(body.text)
  }

  @Get('of/:userId')
  @Guarded(own('userId'), role('admin'))
  of(@Param('userId') userId: string): object {
    return this.signature.of(userId)
  }

  @Get()
  @Guarded.optional('strangers read posts')
  list(): object {
    return { posts: [] }
  }

  @Sse('events')
  @Guarded.stream()
  events(): Observable<MessageEvent> {
    return interval(20).pipe(map((at) => ({ data: { at } })))
  }
}

@Module({ controllers: [Posts], providers: [Signature] })
class App {}

const app = await NestFactory.create(App, { logger: ['error'] })
await Guarded.seal(app)
await app.listen(Number(process.env.PORT), '127.0.0.1')
`,
}
