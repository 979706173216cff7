/** What every application of the suite keeps, and how it goes wrong where the fault is in its data. */
export interface Post {
  id: string
  owner_id: string
  title: string
}
export interface Comment {
  id: string
  post_id: string
  text: string
}

const fault = process.env['FAULT'] ?? ''

/** Whether the application is to have this fault. */
export const seeded = (name: string): boolean => fault === name

const posts = new Map<string, Post>()
const comments = new Map<string, Comment>()
let made = 0
function nextId(): string {
  made += 1
  return String(made)
}

export const ownerOf = (id: string): string | undefined => posts.get(id)?.owner_id
export const postOf = (id: string): Post | undefined => posts.get(id)
export const removePost = (id: string): boolean => posts.delete(id)

export function listPosts(reader: string): Post[] {
  const all = [...posts.values()]
  return seeded("list leaks others' rows") ? all : all.filter(({ owner_id }) => owner_id === reader)
}

const field = (body: unknown, name: string): string | undefined => {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : undefined
}

export function addPost(author: string, body: unknown): Post {
  const believed = seeded("a body's owner trusted") ? field(body, 'owner_id') : undefined
  const post = { id: nextId(), owner_id: believed ?? author, title: field(body, 'title') ?? '' }
  posts.set(post.id, post)
  return post
}

export function addComment(postId: string, body: unknown): Comment {
  const comment = { id: nextId(), post_id: postId, text: field(body, 'text') ?? '' }
  comments.set(comment.id, comment)
  return comment
}

export function commentOf(postId: string, id: string): Comment | undefined {
  const comment = comments.get(id)
  return comment?.post_id === postId || seeded('nested id unchecked') ? comment : undefined
}
