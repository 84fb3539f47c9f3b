import { startStack } from '../../infra/local/stack.ts'

/** A runner in a process of its own, to be killed: `run-small-stack.ts DATA ASSEMBLY`. */
const [directory = '', assembly = ''] = process.argv.slice(2)
const { outputs, endpoints } = await startStack({ directory, assembly })
process.send?.({ outputs, endpoints })
