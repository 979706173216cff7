export { keyRoutes } from './routes.ts'
export { showKey } from './shapes.ts'
