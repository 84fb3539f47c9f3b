/** The template says something that this machine can't do. Nothing is started. */
export class UnsupportedTemplate extends Error {
  readonly code = 'local.unsupported-template'
  constructor(logicalId: string, finding: string) {
    super(`${logicalId}: ${finding}; teach infra/local what it does, or leave it out of the template`)
  }
}

/** Another runner holds the data folder. */
export class FolderInUse extends Error {
  readonly code = 'local.folder-in-use'
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by the runner with process id ${pid}; stop that one, or choose another --data`)
  }
}
