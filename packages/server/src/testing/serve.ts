// A server in a separate process, for tests that kill it: what `gatehouse serve` starts.

import { startGatehouse } from '../main.ts'
import { readConfig } from '../read-config.ts'

const running = await startGatehouse(readConfig(process.env))
process.once('SIGTERM', () => void running.close())
