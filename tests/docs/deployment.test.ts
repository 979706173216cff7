import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../packages/server/src/read-config.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/deployment.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-deployment-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Environment = Record<string, string>

/** The text under a heading. */
const section = (heading: string): string => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''

/** What a pattern with a name and a value finds in a text. */
const environmentOf = (text: string, pattern: RegExp): Environment =>
  Object.fromEntries([...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]))

const image = environmentOf(section('Container'), /(?<=^ENV .*)\b([A-Z_]+)=(\S+)/gm)
const samples: Record<string, Environment> = {
  proxy: environmentOf(section('Behind a proxy'), /\b([A-Z][A-Z_]+)=(\S+)(?= .*gatehouse serve)/g),
  systemd: environmentOf(section('systemd').split('```')[1] ?? '', /(?<=^Environment=.*)\b([A-Z_]+)=(\S+)/gm),
  container: {
    ...image,
    ...environmentOf(section('Container'), /-e ([A-Z_]+)=(\S+)/g),
  },
  Kubernetes: {
    ...image,
    ...environmentOf(section('Kubernetes'), /\{ name: ([A-Z_]+), value: '([^']*)' \}/g),
    DATABASE_URL: 'postgres://gatehouse:secret@db/gatehouse',
    GATEHOUSE_SECRET: 'a secret of thirty-two bytes, or more',
  },
}

describe.each(Object.entries(samples))('the sample for %s', (name, sample) => {
  test('is a configuration that the server accepts, behind one proxy', () => {
    const config = readConfig({ ...sample, GATEHOUSE_DATA_DIR: join(folder, name) })
    expect(config).toMatchObject({ issuer: 'https://id.example.com', trustProxy: 1, development: false })
  })
})

test('probes ask for the paths that the table of health checks lists', () => {
  const probed = [...section('Kubernetes').matchAll(/path: (\/\w+)/g)].map(([, path]) => path)
  expect(new Set(probed)).toEqual(new Set(['/readyz', '/healthz']))
  for (const path of probed) expect(section('Health and metrics')).toContain(`| \`${path}\` |`)
})
