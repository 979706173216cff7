/** What `gatehouse prove --init` writes. */
export const initialConfig = `import { defineConfig } from '@gatehouse/prove'

export default defineConfig({
  // Where the application listens once its command has started it.
  base: 'http://127.0.0.1:3000',

  // What a person with a role may do, as the issuer would put it into a token.
  roles: {
    // editor: ['posts:edit'],
  },

  // Writes are tried only when the data may be spoiled. Point the application at a database of its own first:
  // env: { DATABASE_URL: 'postgres://localhost/scratch' },
  // disposable: true,

  // How to make a resource of an owner, for each route parameter that names one.
  resources: {
    // postId: async (api) => {
    //   const post = await api.call('POST', '/posts', { title: 'proof' }) as { id: string }
    //   return { postId: post.id }
    // },
  },

  // Bodies that routes need before they do anything, by route.
  bodies: {
    // 'POST /posts': { title: 'proof' },
  },
})
`
