import { InvalidArgumentError, Option } from 'commander'
import { commandOf } from './command-help.ts'

export interface StartOptions {
  readonly data: string
  readonly port: number | undefined
  readonly newPorts: boolean
  readonly exitAfterDemo: boolean
  readonly demo: boolean
}

export const DEFAULT_DATA = '.groschen'

/** @throws CommanderError after it has said what is wrong */
export function readStartOptions(argv: readonly string[]): StartOptions {
  const command = commandOf(
    'npm start --',
    'Runs Groschen on this machine: our own CloudFormation template on embedded engines.',
    'npm start -- --data ./try --port 8080',
  )
    .addOption(new Option('--data <dir>', 'where the data live').default(DEFAULT_DATA))
    .addOption(new Option('--port <n>', 'the port of the API; unless told, the one it had').argParser(readPort))
    .addOption(new Option('--new-ports', 'other ports than the folder had').default(false))
    .addOption(new Option('--exit-after-demo', 'leave after the demo').default(false).conflicts('demo'))
    .addOption(new Option('--no-demo', 'start without the demo'))
  command.parse(argv, { from: 'user' })
  const { data, port, newPorts, exitAfterDemo, demo } = command.opts<StartOptions>()
  return { data, port, newPorts, exitAfterDemo, demo }
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port
  throw new InvalidArgumentError('expected a port from 1 to 65535')
}
