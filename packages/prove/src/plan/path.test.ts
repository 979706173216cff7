import { describe, expect, it } from 'vitest'
import { fill, vary } from './path.ts'

describe('a path', () => {
  it('is filled with encoded parameters', () => {
    expect(fill('/posts/:postId/comments/:commentId', { postId: 'a/b', commentId: '7' })).toEqual({
      path: '/posts/a%2Fb/comments/7',
    })
  })
  it('is not filled halfway', () => {
    expect(fill('/posts/:postId', {})).toEqual({ missing: 'postId' })
  })
  it('has something in place of a wildcard', () => {
    expect(fill('/files/*path', {})).toEqual({ path: '/files/prove' })
  })
  it('is spelled in other ways', () => {
    expect(vary('/admin/users', 'trailing slash')).toBe('/admin/users/')
    expect(vary('/admin/users', 'upper case')).toBe('/ADMIN/USERS')
    expect(vary('/admin/users', 'doubled slash')).toBe('/admin//users')
    expect(vary('/admin/users', 'encoded letter')).toBe('/%61dmin/users')
  })
})
