/** Said wherever events were parked. */
export const PARKED_NOTE =
  'A parked event is not lost: publish a rate card with a price for it (POST /v1/rate-cards; where there was no price, effectiveFrom may lie in the past), and it is charged by itself within two minutes, at the price of its own time. GET /v1/parked/groups shows what waits.'
