/** Why money of a payment went back, or came again. */
export const takingCauses = ['refund', 'refund-failed', 'dispute', 'dispute-won'] as const
export type TakingCause = (typeof takingCauses)[number]

/** Whether money came again: a dispute was won, or a refund never reached the payer. */
export const isReturn = (cause: TakingCause): boolean => cause === 'dispute-won' || cause === 'refund-failed'
