// What tells the gateway's messages from each other on the wire.

/** The id of a claim: a parameter of every claim and takeover, and of nothing else. */
export const CLAIMS = 'clm_';
/** A detail that every takeover writes, and nothing else does. */
export const TAKES_OVER = 'Taken up again';
/** The name of the fact that an answer is: a parameter of the statement that stores it. */
export const STORES_ANSWER = 'answer:';
/** The one request that moves money. */
export const CHARGES = 'POST /api/payment';
/** How a waiting call looks for the outcome of another. */
export const READS_PAYMENT = 'WHERE (id, scope) IN';
