import { defineConfig } from '@gatehouse/prove'

export default defineConfig({
  base: `http://127.0.0.1:${process.env['PORT'] ?? '5000'}`,
  passEnv: ['PORT'],
  openapi: 'openapi.yaml',
  // it keeps its users in memory
  disposable: true,
  // PyJWT knows nothing of ended sessions: a token is good until it expires, ten minutes after it was made
  revocation: false,
})
