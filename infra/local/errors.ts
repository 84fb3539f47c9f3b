/** The template says something that this machine can't do. Nothing is started. */
export class UnsupportedTemplate extends Error {
  readonly code = 'local.unsupported-template'
  readonly logicalId: string
  constructor(logicalId: string, finding: string) {
    super(`${logicalId}: ${finding}; teach infra/local what it does, or leave it out of the template`)
    this.logicalId = logicalId
  }
}

/** Another runner holds the data folder. */
export class FolderInUse extends Error {
  readonly code = 'local.folder-in-use'
  readonly pid: number
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by the runner with process id ${pid}; stop that one, or choose another --data`)
    this.pid = pid
  }
}

/** The data folder holds a table that the template describes otherwise. Nothing is started, nothing is changed. */
export class TableDiffers extends Error {
  readonly code = 'local.table-differs'
  constructor(table: string) {
    super(
      `the data folder holds the table ${table} with other keys or indexes than the template; choose another --data, or delete the folder`,
    )
  }
}

/** Another program has a port that the data folder keeps. Nothing is started. */
export class PortTaken extends Error {
  readonly code = 'local.port-taken'
  constructor(name: string, port: number, why: string) {
    const flag = name === 'api' ? '--port <n> takes another' : '--new-ports takes free ones; addresses change then'
    super(`port ${port} (${name}) is ${why}; stop what has it, or npm start -- ${flag}`)
  }
}

/** DynamoDB's, SQS's or EventBridge's stand-in could not be started; the message is what it said. */
export class EnginesFailed extends Error {
  readonly code = 'local.engines-failed'
}
