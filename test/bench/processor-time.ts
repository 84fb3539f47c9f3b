import { cpuUsage } from 'node:process'

/** Processor time that this process has used, in microseconds: all of its threads, so the compiler's and the collector's too. */
export function processorTime(): number {
  const { user, system } = cpuUsage()
  return user + system
}
