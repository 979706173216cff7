import { describe, expect, test } from 'vitest'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en, type TextKey } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

describe.each(Object.entries({ de, es, fr, ja, ar }))('the texts of pages in %s', (_, texts) => {
  test('have the same placeholders as the English ones', () => {
    const keys = Object.keys(en) as TextKey[]
    for (const key of keys)
      expect([key, ...placeholders(texts[key])]).toEqual([key, ...placeholders(en[key])])
  })

  test('are translated, all of them', () => {
    const names = [
      'security.email.pending',
      'devices.detail',
      'devices.on',
      'sign-in.or',
      'security.password',
    ]
    const alike = (Object.keys(en) as TextKey[]).filter(
      (key) => texts[key] === en[key] && !names.includes(key),
    )
    expect(alike).toEqual([])
  })
})
