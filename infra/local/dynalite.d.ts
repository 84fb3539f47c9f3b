declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** `path`: where LevelDB keeps its files; without it all is in memory. */
  export default function dynalite(options?: { readonly path?: string; readonly createTableMs?: number }): Server
}
