export { profileRoutes } from './routes.ts'
export { getProfile, type Profile, putProfile } from './service.ts'
