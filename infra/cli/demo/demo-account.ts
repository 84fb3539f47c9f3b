/** The account of the demo. */
export const DEMO_ACCOUNT = 'acme'
/** The one that buys credits by itself. */
export const TOP_UP_ACCOUNT = 'globex'
export const DEMO_GRANT = '50.00'
/** In credits: a notice goes out when the balance falls below 10.00 €. */
export const DEMO_LEVEL = '1000'
