/** Said wherever events were parked: nothing charges them by itself. */
export const PARKED_NOTE =
  'A parked event is not charged by itself: publish a rate card with a price for it (POST /v1/rate-cards), then publish the event again with the same id and time (GET /v1/parked has its text). It stays listed there after it was charged.'
