import { findPayment, NoAnswer, subscribeToPayment } from './gateway.js';

/** Without the present state by then, something on the way keeps the stream to itself. */
const FIRST_NEWS_WITHIN_MS = 5_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 10_000;
/** How often to ask every two seconds before the pauses begin to grow. */
const QUICK_ASKS = 60;

/** Passes on the payment as it is, and each change until it is terminal. Returns a function that stops it. */
export function watchPayment(id, tell) {
  let stop = subscribeToPayment(id, {
    onPayment: (payment) => {
      clearTimeout(waiting);
      tell(payment);
    },
    onGone: () => askInstead(),
  });
  const askInstead = () => {
    clearTimeout(waiting);
    stop();
    stop = keepAsking(id, tell);
  };
  const waiting = setTimeout(askInstead, FIRST_NEWS_WITHIN_MS);
  return () => {
    clearTimeout(waiting);
    stop();
  };
}

/** For networks that let no stream through: asks now and then, and passes on each change. */
function keepAsking(id, tell) {
  let stopped = false;
  let lastSeen = null;
  const ask = async (times) => {
    if (stopped) return;
    const payment = await findPayment(id).catch(ignoreNoAnswer);
    if (stopped) return;
    const seen = JSON.stringify(payment, ['status', 'timeline', 'id']);
    if (payment !== null && seen !== lastSeen) tell(payment);
    lastSeen = seen;
    if (payment?.terminal !== true) setTimeout(() => ask(times + 1), pauseMs(times));
  };
  void ask(0);
  return () => {
    stopped = true;
  };
}

/** A question without an answer is asked again after the next pause. */
function ignoreNoAnswer(error) {
  if (error instanceof NoAnswer) return null;
  throw error;
}

function pauseMs(times) {
  return times < QUICK_ASKS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * (times / QUICK_ASKS) * 2);
}
