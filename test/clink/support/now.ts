/** 2026-11-22T12:00:00Z, when every test of the provider takes place. */
export const NOW_MS = 1_795_348_800_000;
