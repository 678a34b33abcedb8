// Loaded into a gateway before its program: its wall clock is off by what the file says, a tenth of a second after it was written.
// The monotonic clock and timers go on as they are: nobody can set those.
const { readFileSync } = require('node:fs');

const OFFSET_FILE = process.env.CLOCK_OFFSET_FILE;
const LOOKS_EVERY_MS = 100;
const trueNow = Date.now;
let offsetMs = 0;

function look() {
  offsetMs = Number(readFileSync(OFFSET_FILE, 'utf8'));
}

look();
setInterval(look, LOOKS_EVERY_MS).unref();
Date.now = () => trueNow() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, made),
});
