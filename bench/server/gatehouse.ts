// Gatehouse as `gatehouse serve` starts it, with its throttles off.

import { startGatehouse } from '../../packages/server/src/main.ts'
import { readConfig } from '../../packages/server/src/read-config.ts'

const running = await startGatehouse(readConfig(process.env))
process.once('SIGTERM', () => void running.close())
