// Gatehouse as `gatehouse serve` starts it, with its throttles off.
import { readConfig } from '../../packages/server/src/config.ts'
import { startGatehouse } from '../../packages/server/src/main.ts'

const running = await startGatehouse(readConfig(process.env))
process.once('SIGTERM', () => void running.close())
