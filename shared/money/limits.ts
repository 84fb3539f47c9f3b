import { type Credits, credits } from './amounts.ts'

/**
 * No balance and no lifetime total passes this many credits, in either direction.
 *
 * 14 digits before the point and at most 24 behind it (18 of a rate, 6 of a quantity) are the 38 digits that
 * DynamoDB stores (AWS: "Data types", Number). An amount that would pass it is refused before it is written.
 */
export const LARGEST_CREDITS: Credits = credits('99999999999999')

/** One usage event costs at most ten million euros: more is a publisher's mistake, and would use up the range of a balance. */
export const LARGEST_CHARGE: Credits = credits('1000000000')

/** Decimals of a rate, in euros per unit. */
export const RATE_DECIMALS = 18

/** A quantity: digits before and behind the point. */
export const QUANTITY_DIGITS = 15
export const QUANTITY_DECIMALS = 6

export const isWithinRange = (amount: Credits): boolean => amount.abs().lte(LARGEST_CREDITS)
