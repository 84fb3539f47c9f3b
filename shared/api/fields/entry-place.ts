import * as z from 'zod/mini'
import { described } from '../../http/described.ts'

/** Where an entry stands in the log. */
export const entryPlace = {
  page: described(z.int().check(z.minimum(1)), 'The page of the log'),
  position: described(z.int().check(z.minimum(0)), 'From 0 within the page'),
}
