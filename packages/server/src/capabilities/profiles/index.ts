export { addImportedProfiles } from './import.ts'
export { getProfile, type Profile, putProfile } from './service.ts'
export { readProfile } from './shapes.ts'
