// What tells the gateway's messages from each other on the wire.

/** How a payment is counted for its rates: a part of every claim and takeover, and of nothing else. */
export const CLAIMS = 'FROM claimed CROSS JOIN limits';
/** A detail that every takeover writes, and nothing else does. */
export const TAKES_OVER = 'Taken up again';
/** The name of the fact that an answer is: a parameter of the statement that stores it. */
export const STORES_ANSWER = 'answer:';
/** The one request that moves money. */
export const CHARGES = 'POST /api/payment';
/** How a waiting call looks for the outcome of another. */
export const READS_PAYMENT = 'WHERE (id, scope) IN';
