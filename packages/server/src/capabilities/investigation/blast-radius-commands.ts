import { readManifest } from '@gatehouse/guard/manifest'
import { type Command, Option } from 'commander'
import type { CommandTools } from '../../cli/command.ts'
import { UsageError } from '../../cli/failure.ts'
import { table, when } from '../../cli/lists.ts'
import { userNamed } from '../accounts/index.ts'
import { showKey } from '../keys-api/index.ts'
import { type BlastRadius, blastRadius, type Suspect } from './blast-radius.ts'
import { type Proof, revokeSuspect } from './revoke.ts'

interface Options {
  session?: string
  user?: string
  tokenId?: string
  key?: string
  manifest?: string[]
  revoke?: boolean
  server?: string
}

/** `gatehouse blast-radius` */
export function define(command: Command, { databaseCommand }: CommandTools): void {
  command
    .option('--session <id>', 'a session')
    .option('--user <user>', 'a user: a username, a verified e-mail address or an id')
    .option('--token-id <jti>', 'an access token, by its `jti`')
    .option('--key <kid>', 'a key that signs tokens')
    .option('--manifest <file...>', 'manifests of your APIs, to list the routes within reach')
    .option('--revoke', 'end the session, the user’s sessions, or the key with all its tokens')
    .addOption(new Option('--server <url>', 'the running server to show it by (default: GATEHOUSE_ISSUER)'))
  databaseCommand(command, async (ctx, options: Options) => {
    const suspect = suspectOf(options)
    const { id } = suspect.kind === 'user' ? await userNamed(ctx, suspect.id) : suspect
    const manifests = await Promise.all(
      (options.manifest ?? []).map(async (name) => ({ name, manifest: await readManifest(name) })),
    )
    const radius = await blastRadius(ctx, { ...suspect, id }, manifests)
    if (radius === undefined) throw new UsageError(unknown[suspect.kind])
    if (options.revoke !== true) return { json: shown(radius), text: printed(radius) }
    const proof = await revokeSuspect(ctx, radius, options.server ?? ctx.config.issuer)
    return {
      json: { ...shown(radius), revoked: true, proof: proof ?? null },
      text: `${printed(radius)}\n\n${printedProof(proof)}`,
      failed: proof?.after === 200,
    }
  })
}

const noSession = 'No such session is known: it ended more than a month ago, or never was.'

const unknown: Readonly<Record<Suspect['kind'], string>> = {
  session: noSession,
  token: noSession,
  user: 'There is no such user.',
  key: 'There is no key for tokens with this kid.',
}

function suspectOf({ session, user, tokenId, key }: Options): Suspect {
  const given = [
    ['session', session],
    ['user', user],
    ['token', tokenId],
    ['key', key],
  ] as const
  const named = given.flatMap(([kind, id]) => (id === undefined ? [] : [{ kind, id }]))
  const [suspect] = named
  if (suspect === undefined || named.length > 1)
    throw new UsageError('Name one of --session, --user, --token-id and --key.')
  return suspect
}

const iso = (ms: number): string => new Date(ms).toISOString()

function shown(radius: BlastRadius): Record<string, unknown> {
  return {
    suspect: radius.suspect,
    key: radius.key === undefined ? null : showKey(radius.key),
    sessions: radius.sessions.map((session) => ({
      id: session.id,
      user: session.userId,
      live: session.isLive,
      audience: session.audience,
      address: session.address,
      device: session.device,
      created_at: iso(session.createdAt),
      last_seen_at: iso(session.lastSeenAt),
    })),
    more_sessions: radius.moreSessions,
    users: radius.users.map(({ id, username, roles, permissions, disabled }) => ({
      id,
      username,
      roles,
      permissions,
      disabled,
    })),
    reach: radius.reach,
    touched: radius.touched.map(({ at, lastAt, userAgent, ...event }) => ({
      ...event,
      at: iso(at),
      last_at: iso(lastAt),
      user_agent: userAgent,
    })),
    more_touched: radius.moreTouched,
  }
}

function printed({ users, sessions, reach, touched, ...more }: BlastRadius): string {
  const part = (title: string, text: string): string => `${title}\n${text}`
  const names = new Map(users.map(({ id, username }) => [id, username]))
  return [
    part(
      'Users',
      table(
        ['USERNAME', 'ROLES', 'PERMISSIONS'],
        users.map(({ username, roles, permissions }) => [username, roles.join(' '), permissions.join(' ')]),
      ),
    ),
    part(
      more.moreSessions ? 'Sessions (the newest 100)' : 'Sessions',
      table(
        ['ID', 'USER', 'STATE', 'ADDRESS', 'LAST SEEN'],
        sessions.map(({ id, userId, isLive, address, lastSeenAt }) => [
          id,
          names.get(userId) ?? userId,
          isLive ? 'live' : 'ended',
          address ?? '',
          when(lastSeenAt),
        ]),
      ),
    ),
    ...reach.map(({ manifest, routes }) =>
      part(
        `Routes within reach, by ${manifest}`,
        table(
          ['METHOD', 'PATH', 'RULE'],
          routes.map(({ method, path, rule }) => [method, path, rule]),
        ),
      ),
    ),
    part(
      more.moreTouched ? 'Touched (the newest 100)' : 'Touched',
      table(
        ['TIME', 'ACTION', 'TARGET', 'ADDRESS'],
        touched.map(({ at, action, target, address }) => [when(at), action, target ?? '', address ?? '']),
      ),
    ),
  ].join('\n\n')
}

function printedProof(proof: Proof | undefined): string {
  if (proof === undefined) return 'Revoked. No session was live, so there was no token to try.'
  const { server, before, after } = proof
  if (before === null || after === null)
    return `Revoked, but ${server} could not be reached to show it. Name the running server with --server.`
  return `Revoked. ${server} answered a token of it with ${before} before, and with ${after} now.`
}
