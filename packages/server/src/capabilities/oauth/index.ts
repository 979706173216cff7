export { metadataRoutes } from './metadata-routes.ts'
export { oauthMetadata, oauthRoutes } from './routes.ts'
