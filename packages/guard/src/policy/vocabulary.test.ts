import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { all, permission, role } from './rules/index.ts'
import { checkNames, readVocabulary } from './vocabulary.ts'

const vocabulary = readVocabulary({ roles: ['admin'], permissions: ['posts:write'] })

test('a rule may name the roles and permissions that the application listed', () => {
  expect(() => checkNames([role('admin'), permission('posts:write')], vocabulary)).not.toThrow()
})

test('a rule with another name is refused at start, within all() too', () => {
  expect(() => checkNames([role('admni')], vocabulary)).toThrow(ConfigurationError)
  expect(() => checkNames([all(role('admin'), permission('posts:wirte'))], vocabulary)).toThrow(/posts:wirte/)
})

test('an application that listed nothing may name anything', () => {
  expect(() => checkNames([role('admni'), permission('posts:wirte')], readVocabulary({}))).not.toThrow()
})
