export { getProfile, type Profile, putProfile } from './service.ts'
