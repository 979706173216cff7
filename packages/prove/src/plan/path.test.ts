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
    expect(vary('/admin/users', 'trailing slash', '/admin/users')).toBe('/admin/users/')
    expect(vary('/admin/users', 'upper case', '/admin/users')).toBe('/ADMIN/USERS')
    expect(vary('/admin/users', 'doubled slash', '/admin/users')).toBe('/admin//users')
    expect(vary('/admin/users', 'encoded letter', '/admin/users')).toBe('/%61dmin/users')
  })
  it('keeps its ids as they are when it is spelled in other ways', () => {
    expect(vary('/posts/aB', 'upper case', '/posts/:postId')).toBe('/POSTS/aB')
    expect(vary('/posts/aB', 'encoded letter', '/posts/:postId')).toBe('/%70osts/aB')
  })
})
