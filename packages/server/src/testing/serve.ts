// A server in a process of its own, for tests that kill it: what `gatehouse serve` starts.
import { readConfig } from '../config.ts'
import { startGatehouse } from '../main.ts'

const running = await startGatehouse(readConfig(process.env))
process.once('SIGTERM', () => void running.close())
